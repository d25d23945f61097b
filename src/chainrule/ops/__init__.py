"""The gates, one declaration each."""
