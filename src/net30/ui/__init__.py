"""The screens: what people see in the browser; each asks services, and shows what they answer."""
