"""GraphQL: the routes of the API as one graph; every field is a route or a step between records."""
