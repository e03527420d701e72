"""Facts read from Chinese job text: pay, education, experience, licences, conditions. Pure functions of text."""
