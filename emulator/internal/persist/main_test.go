package persist_test

import (
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/cinder"
)

// childDir names the directory that a process of the test binary serves a cloud of, instead of running tests.
const childDir = "FAUXSTACK_TEST_SERVE_DATA"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		os.Exit(serve(dir))
	}
	os.Exit(m.Run())
}

// serve serves a cloud until its standard input ends, which it does with the parent at the latest.
func serve(dir string) int {
	e, err := emulator.New(emulator.WithData(dir), emulator.WithListen("127.0.0.1:0"), emulator.WithCinder(func(c *cinder.Config) {
		c.Quotas = map[string]int{"volumes": -1, "gigabytes": -1}
		for i := range c.Backends {
			c.Backends[i].TotalCapacity = 1 << 30
		}
	}))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(e.URL())
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := e.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
