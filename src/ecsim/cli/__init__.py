"""The command line: a module for each command, with its declaration (`add`) and what it does.

Modules are light; what a command needs is imported when it runs, so that ``ecsim --help`` takes a moment only. Exit
statuses are 0 (done), 1 (a check failed, or the answer is no) and 2 (wrong input).
"""
