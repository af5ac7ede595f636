"""Tests, in folders by what they promise."""
