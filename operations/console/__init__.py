"""The console: a web application that an operator runs. It reads and acts through AWS's APIs alone, so IAM decides.

address      the link that opens the console
app          makes the application of its needs, and finds the pages
needs        what the console needs: outputs, clients, a token, a folder, a clock
security     lets in who has the token, and refuses foreign hosts, origins and forms
entrance     the pages that take the token and the reader's choices
view         what a template sees: texts, formats, the reader's choices
texts        the texts in Croatian and English, a file for each page in `texts/`
formats      writes numbers, dates and times as the reader writes them
words        says findings in the reader's language
charts       draws a metering point's day
errors       answers errors with pages that say what to do
idle         ends the console of a local stack when nobody uses it
data/        reads AWS, one module for each source
points/      computes and draws what the page of a metering point shows
pages/       the pages, one module each with its template in `templates/`
"""
