"""What `make run` starts on one machine: the local AWS, the local web server and their launcher."""
