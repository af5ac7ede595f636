"""The planner's page in a browser."""
