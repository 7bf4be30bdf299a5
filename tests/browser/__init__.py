"""The console in a real browser, on a running stack.

chromium      finds Chromium, or says what to install
consoles      consoles with the rights of several people
visitor       a person with a browser: pages, screenshots, accessibility
world         a published day with what the pages show
"""
