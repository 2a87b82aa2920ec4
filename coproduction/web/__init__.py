"""The website: public pages, the chat API, and the server they run in."""
