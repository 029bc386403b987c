package emulator

// CheckOptions reports all mistakes in options, as New would, without making a cloud.
func CheckOptions(opts ...Option) error { return newSettings().apply(opts) }
