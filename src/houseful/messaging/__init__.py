"""What is sent to people: messages with their files, tried until they arrive or are given up."""
