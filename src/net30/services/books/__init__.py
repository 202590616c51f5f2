"""Books elsewhere: connect an accounting program, pull what is there, push what is ours."""
