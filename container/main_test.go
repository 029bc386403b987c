package container_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/testcontainers/testcontainers-go"
)

// image is what is tested: FAUXSTACK_IMAGE, or what `docker build -t fauxstack .` made.
func image() string {
	if name := os.Getenv("FAUXSTACK_IMAGE"); name != "" {
		return name
	}
	return "fauxstack"
}

// TestMain runs nothing where there is no Docker, and says so. Where CI is set that is a failure.
func TestMain(m *testing.M) {
	if err := docker(context.Background()); err != nil {
		fmt.Fprintf(os.Stderr, "NOT RUN: the tests of the container need Docker: %v\n", err)
		if os.Getenv("CI") != "" || os.Getenv("FAUXSTACK_REQUIRE_DOCKER") != "" {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func docker(ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil { // what testcontainers-go does when it finds no engine
			err = fmt.Errorf("%v", r)
		}
	}()
	provider, err := testcontainers.ProviderDocker.GetProvider()
	if err != nil {
		return err
	}
	defer provider.Close()
	return provider.Health(ctx)
}

// patience is how long a test waits for what comes of itself.
const patience = 10 * time.Second
