"""Parts of the headless notebook runner."""
