"""The methods of the Web API that the bot calls, by family."""
