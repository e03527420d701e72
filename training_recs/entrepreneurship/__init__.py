"""Support for people who want to start a business: entitlements, start-up courses, incubators and mentors."""
