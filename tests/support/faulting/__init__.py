"""Faults at every AWS call of everything that there is: found by running it, made to fail, retried as the caller would.

faults.py     the ways in which a call fails
injector.py   counts the calls of a process and lets one of them fail
ground.py     where every run begins, and what is different when it is over
play.py       AWS between the functions: streams, queues and schedules that try again
routes.py     every route of the API
functions.py  every Lambda function with everything that it consumes, as arrangements*.py make it up
"""
