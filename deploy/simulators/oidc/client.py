"""The one client the provider knows."""

CLIENT_ID, CLIENT_SECRET = "autotrack", "demo:secret/ü"
