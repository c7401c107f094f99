"""What each kernel of a learner's runs first who wants that tries are counted. It leaves no name behind."""

__import__("kindling.learn.tries").learn.tries.follow()
