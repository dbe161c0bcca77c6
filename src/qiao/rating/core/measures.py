"""Words the rows and the pages of rating share."""

MEASURES = BUSINESS, PROFIT = "business", "profit"
