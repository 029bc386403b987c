package steps

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/config/clouds"
)

// CloudsYAML is a Target: a running cloud, reached by entries of a clouds.yaml. Scenarios share it, so what they make gets
// names of its own and is removed afterwards. Scenarios that need control over the cloud, or a cloud configured in a
// certain way, are skipped. It is safe for concurrent use.
type CloudsYAML struct {
	File   string            // "": where OpenStack's clients look for a clouds.yaml
	People map[string]string // person (admin, demo, alt_demo) -> entry of the file

	Configured []string // what the cloud is configured for, of the tags @config:...
	Release    string   // "zed" and so on; "" guesses it from the versions of the APIs

	mu      sync.Mutex // guards what follows; held while authenticating, so that each person does so once
	logins  map[string]login
	ceiling *ceilings
}

type login struct {
	auth   gophercloud.AuthOptions
	client *gophercloud.ProviderClient
	opts   gophercloud.EndpointOpts
}

// CloudEntries are the People of a clouds.yaml that has an entry for each under a common name: reference-admin,
// reference-demo and reference-alt_demo for "reference".
func CloudEntries(prefix string) map[string]string {
	return map[string]string{Admin: prefix + "-admin", Member: prefix + "-demo", Foreign: prefix + "-alt_demo"}
}

// suits says NotHere for scenarios that ask for more than the cloud's API can do.
func (t *CloudsYAML) suits(s Scenario) error {
	switch {
	case s.Has("@control"):
		return NotHere{"needs control over the cloud"}
	case s.Has("@variant"):
		return NotHere{"needs a variant of Cinder that was never merged"}
	}
	for _, config := range s.Values("@config:") {
		if !slices.Contains(t.Configured, config) {
			return NotHere{"needs a cloud configured for " + config}
		}
	}
	return nil
}

// Open authenticates, on first use, and hands out the one cloud.
func (t *CloudsYAML) Open(ctx context.Context, s Scenario) (Cloud, error) {
	if err := t.suits(s); err != nil {
		return nil, err
	}
	ceiling, err := t.newest(ctx)
	if err != nil {
		return nil, err
	}
	if err := ceiling.fit(s); err != nil {
		return nil, err
	}
	admin, err := t.login(ctx, Admin)
	if err != nil {
		return nil, err
	}
	return &sharedCloud{target: t, opts: admin.opts, suffix: "-" + strings.ToLower(rand.Text()[:8])}, nil
}

func (t *CloudsYAML) newest(ctx context.Context) (ceilings, error) {
	admin, err := t.login(ctx, Admin)
	if err != nil {
		return ceilings{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ceiling == nil {
		c, err := discover(ctx, admin.client, admin.opts)
		if err != nil {
			return ceilings{}, err
		}
		if t.Release != "" {
			c.release = t.Release
		}
		t.ceiling = &c
	}
	return *t.ceiling, nil
}

func (t *CloudsYAML) login(ctx context.Context, person string) (login, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if l, ok := t.logins[person]; ok {
		return l, nil
	}
	entry := t.People[person]
	if entry == "" {
		return login{}, fmt.Errorf("the target names no clouds.yaml entry for %s", person)
	}
	from := []clouds.ParseOption{clouds.WithCloudName(entry)}
	if t.File != "" {
		from = append(from, clouds.WithLocations(t.File))
	}
	auth, opts, tls, err := clouds.Parse(from...)
	if err != nil {
		return login{}, err
	}
	auth.AllowReauth = true
	client, err := openstack.NewClient(auth.IdentityEndpoint)
	if err != nil {
		return login{}, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = tls
	client.HTTPClient.Transport = transport
	if err := openstack.Authenticate(ctx, client, auth); err != nil {
		return login{}, err
	}
	if t.logins == nil {
		t.logins = map[string]login{}
	}
	t.logins[person] = login{auth, client, opts}
	return t.logins[person], nil
}

// sharedCloud is a running cloud as one scenario has it.
type sharedCloud struct {
	target *CloudsYAML
	opts   gophercloud.EndpointOpts
	suffix string
}

// Client hands out a copy of the person's client: its token is shared, its transport is the caller's to wrap.
func (c *sharedCloud) Client(ctx context.Context, person string) (*gophercloud.ProviderClient, error) {
	l, err := c.target.login(ctx, person)
	if err != nil {
		return nil, err
	}
	own, err := openstack.NewClient(l.client.IdentityEndpoint)
	if err != nil {
		return nil, err
	}
	own.HTTPClient = l.client.HTTPClient
	own.EndpointLocator = l.client.EndpointLocator
	own.CopyTokenFrom(l.client)
	own.ReauthFunc = func(ctx context.Context) error {
		if err := l.client.Reauthenticate(ctx, own.Token()); err != nil {
			return err
		}
		own.CopyTokenFrom(l.client)
		return nil
	}
	return own, nil
}

// Credentials are those of the clouds.yaml.
func (c *sharedCloud) Credentials(person string) (gophercloud.AuthOptions, error) {
	l, err := c.target.login(context.Background(), person)
	return l.auth, err
}

func (c *sharedCloud) EndpointOpts() gophercloud.EndpointOpts { return c.opts }
func (c *sharedCloud) Unique(name string) string              { return name + c.suffix }
func (c *sharedCloud) Lasting() bool                          { return true }
func (c *sharedCloud) Close() error                           { return nil }

// pollEvery is how often a cloud without a clock of ours is asked how far it is.
const pollEvery = 250 * time.Millisecond

// Await asks again and again, for patience at most.
func (c *sharedCloud) Await(ctx context.Context, ready func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("not so within %s", patience))
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		done, err := ready(ctx)
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}
