package container

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"

	"github.com/fauxstack/fauxstack/control/client"
)

// Ports of the container.
const (
	Port        = "4580/tcp" // the cloud: Keystone, Glance and Cinder under one address
	ControlPort = "4581/tcp" // the control API
)

// startup is how long a container may take until it is healthy. It takes less than a second; an image may have to be pulled.
const startup = time.Minute

// Container is a running fauxstack.
type Container struct {
	*testcontainers.DockerContainer
	token string
}

// Run starts a container and waits until its cloud is ready. On an error the container may be there all the same: hand it
// to testcontainers.CleanupContainer before looking at the error.
func Run(ctx context.Context, img string, opts ...testcontainers.ContainerCustomizer) (*Container, error) {
	c := new(Container)
	all := append([]testcontainers.ContainerCustomizer{
		testcontainers.WithExposedPorts(Port, ControlPort),
		testcontainers.WithWaitStrategyAndDeadline(startup, wait.ForHTTP("/_fauxstack/health").WithPort(Port).
			WithPollInterval(10*time.Millisecond).WithResponseMatcher(ready)),
		withFlag("control", "0.0.0.0:4581"), withFlag("control-token", rand.Text()),
	}, opts...)
	all = append(all, testcontainers.CustomizeRequestOption(func(req *testcontainers.GenericContainerRequest) error {
		c.token = req.Env[variable("control-token")]
		return nil
	}))
	started, err := testcontainers.Run(ctx, img, all...)
	if started == nil {
		return nil, fmt.Errorf("run fauxstack: %w", err)
	}
	c.DockerContainer = started
	if err != nil {
		return c, errors.Join(fmt.Errorf("run fauxstack: %w", err), c.complaint(ctx))
	}
	return c, nil
}

// complaint is what the container's log ends with.
func (c *Container) complaint(ctx context.Context) error {
	logs, err := c.Logs(ctx)
	if err != nil {
		return nil // it never started
	}
	defer logs.Close()
	text, _ := io.ReadAll(io.LimitReader(logs, 1<<16)) // what could be read is told
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return errors.New(last)
	}
	return nil
}

// ready tells whether the body of a health check says so.
func ready(body io.Reader) bool {
	text, err := io.ReadAll(io.LimitReader(body, 1<<16))
	return err == nil && strings.Contains(string(text), `"ready"`)
}

// URL is the cloud's address as this machine reaches it.
func (c *Container) URL(ctx context.Context) (string, error) {
	return c.PortEndpoint(ctx, Port, "http")
}

// AuthURL is Keystone's address as this machine reaches it. Every address in the cloud's answers begins as it does. For another
// container of the same network it is http://NAME:4580/identity/v3, with this container's name or alias there.
func (c *Container) AuthURL(ctx context.Context) (string, error) {
	url, err := c.URL(ctx)
	return url + "/identity/v3", err
}

// ControlURL is the address of the control API, below which is /_fauxstack/. It asks for ControlToken.
func (c *Container) ControlURL(ctx context.Context) (string, error) {
	return c.PortEndpoint(ctx, ControlPort, "http")
}

// ControlToken goes into the header X-Fauxstack-Token of requests to the control API.
func (c *Container) ControlToken() string { return c.token }

// Control is a client of the control API, for forks, snapshots, stores, faults and the clock. It goes by the cloud's own
// address, so that addresses in the answers are ones that this machine reaches.
func (c *Container) Control(ctx context.Context) (*client.Client, error) {
	url, err := c.URL(ctx)
	if err != nil {
		return nil, err
	}
	return client.New(url, client.WithToken(c.token))
}
