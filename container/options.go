package container

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/testcontainers/testcontainers-go"
)

// inside is where a fixture is put.
const inside = "/fixture.yaml"

// WithFixture seeds the cloud from a YAML file of this machine. `fauxstack fixture` prints the default one.
func WithFixture(path string) testcontainers.CustomizeRequestOption {
	return withFixture(testcontainers.ContainerFile{HostFilePath: path})
}

// WithFixtureReader seeds the cloud from YAML that is read when the container is created.
func WithFixtureReader(r io.Reader) testcontainers.CustomizeRequestOption {
	return withFixture(testcontainers.ContainerFile{Reader: r})
}

func withFixture(file testcontainers.ContainerFile) testcontainers.CustomizeRequestOption {
	file.ContainerFilePath, file.FileMode = inside, 0o444
	return all(testcontainers.WithFiles(file), withFlag("fixture", inside))
}

// WithStores replaces Glance's stores by writable ones of these ids, the first being the default.
func WithStores(ids ...string) testcontainers.CustomizeRequestOption {
	return withNames("WithStores", "stores", ids)
}

// WithBackends replaces Cinder's backends, and the volume types that name one, by backends and types of these names.
func WithBackends(names ...string) testcontainers.CustomizeRequestOption {
	return withNames("WithBackends", "backends", names)
}

func withNames(option, flag string, names []string) testcontainers.CustomizeRequestOption {
	if len(names) == 0 {
		return func(*testcontainers.GenericContainerRequest) error {
			return fmt.Errorf("%s: want at least one name", option)
		}
	}
	return withFlag(flag, strings.Join(names, ","))
}

// WithRelease makes the cloud behave as an OpenStack release, such as "zed".
func WithRelease(name string) testcontainers.CustomizeRequestOption { return withFlag("release", name) }

// WithSeed draws all ids from a seed, so that the same calls give the same answers.
func WithSeed(seed uint64) testcontainers.CustomizeRequestOption {
	return withFlag("seed", strconv.FormatUint(seed, 10))
}

// WithClock sets what makes time pass: "real" (the default), "manual" or "step".
func WithClock(mode string) testcontainers.CustomizeRequestOption { return withFlag("clock", mode) }

// WithControlToken is what the control API asks for. Default: a random one, see Container.ControlToken.
func WithControlToken(token string) testcontainers.CustomizeRequestOption {
	if token == "" {
		return func(*testcontainers.GenericContainerRequest) error {
			return errors.New("WithControlToken: want a token")
		}
	}
	return withFlag("control-token", token)
}

// WithLogConsumer hands what the server prints to a consumer, and lets it print more than its address.
func WithLogConsumer(consumer testcontainers.LogConsumer) testcontainers.CustomizeRequestOption {
	return all(testcontainers.WithLogConsumers(consumer), withFlag("verbose", "true"))
}

// withFlag sets a flag of the server as its environment variable.
func withFlag(name, value string) testcontainers.CustomizeRequestOption {
	return testcontainers.WithEnv(map[string]string{variable(name): value})
}

// variable is the environment variable of a flag.
func variable(flag string) string {
	return "FAUXSTACK_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func all(opts ...testcontainers.CustomizeRequestOption) testcontainers.CustomizeRequestOption {
	return func(req *testcontainers.GenericContainerRequest) error {
		for _, o := range opts {
			if err := o(req); err != nil {
				return err
			}
		}
		return nil
	}
}
