"""What an article is, how it is stored, checked, compared and said in words. Pure."""
