"""Files as other people's programs may write them, drawn by chance out of all that is known to vary: the judge of what no reader has seen.

Half of the draws may be looked at while a reader is mended (`LOOKED_AT`), the other is only ever counted.
"""
