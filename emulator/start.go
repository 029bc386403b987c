package emulator

// TB is what Start needs of a test; testing.TB has it.
type TB interface {
	Helper()
	Cleanup(func())
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Failed() bool
}

// Start starts a cloud for a test and closes it when the test ends. The test fails if the cloud cannot start, or if it
// ever answered 500 because of a bug of its own; when the test failed, its last requests are logged.
func Start(tb TB, opts ...Option) *Emulator {
	tb.Helper()
	e, err := New(opts...)
	if err != nil {
		tb.Fatalf("starting the emulator: %v", err)
	}
	tb.Cleanup(func() {
		if err := e.Close(); err != nil {
			tb.Errorf("closing the emulator: %v", err)
		}
		if n := e.front.Bugs(); n > 0 {
			tb.Errorf("the emulator met %d failures that it has no answer for; please report them", n)
		}
		if tb.Failed() {
			for _, r := range last(e.Requests(), 20) {
				tb.Logf("%s", r)
			}
		}
	})
	return e
}

func last[T any](list []T, n int) []T { return list[max(0, len(list)-n):] }
