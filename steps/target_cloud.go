package steps

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/config/clouds"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
)

// NamePrefix begins the names of all that scenarios make on a cloud that outlives them. What is left of a run that was
// killed is found by it.
const NamePrefix = "fauxstack-"

// RunningCloud is a Target: a running cloud. Scenarios share it, so what they make gets names of its own and is removed
// afterwards. Scenarios that ask for what the cloud does not have are skipped. It is safe for concurrent use.
type RunningCloud struct {
	People     map[string]Login // person (admin, demo, alt_demo) -> how to log in
	Configured []string         // what the cloud is configured for, of the tags @config:..., beside what its API tells
	Release    string           // "zed" and so on; "" guesses it from the versions of the APIs
	Run        string           // lower-case letters and digits that tell runs apart; "" draws some

	once   sync.Once
	traits *Traits
	err    error

	mu      sync.Mutex // guards what follows; held while authenticating, so that each person does so once
	clients map[string]*gophercloud.ProviderClient
}

// Login is how somebody reaches a cloud.
type Login struct {
	Auth      gophercloud.AuthOptions
	Endpoints gophercloud.EndpointOpts
	TLS       *tls.Config
}

// FromCloudsYAML reads an entry of a clouds.yaml. Without a file it looks where OpenStack's clients do.
func FromCloudsYAML(file, entry string) (Login, error) {
	from := []clouds.ParseOption{clouds.WithCloudName(entry)}
	if file != "" {
		from = append(from, clouds.WithLocations(file))
	}
	auth, opts, tls, err := clouds.Parse(from...)
	return Login{auth, opts, tls}, err
}

// suits says NotHere for scenarios that ask for more than a cloud's API can do, or for people who are not there.
func (t *RunningCloud) suits(s Scenario) error {
	switch {
	case s.Has("@control"):
		return NotHere{"needs control over the cloud"}
	case s.Has("@variant"):
		return NotHere{"needs a variant of Cinder that was never merged"}
	}
	for _, step := range s.Steps {
		for who, person := range map[string]string{"I ": Member, "a stranger ": Foreign} {
			if _, ok := t.People[person]; !ok && strings.HasPrefix(step.Text, who) {
				return NotHere{"needs somebody to be " + person}
			}
		}
	}
	return nil
}

// Fits says NotHere, with the reason, for a scenario that the cloud cannot run. It asks the cloud at most once what it has.
func (t *RunningCloud) Fits(ctx context.Context, s Scenario) error {
	if err := t.suits(s); err != nil {
		return err
	}
	traits, err := t.Traits(ctx)
	if err != nil {
		return err
	}
	for _, config := range s.Values("@config:") {
		if !slices.Contains(t.Configured, config) && !slices.Contains(traits.Configured, config) {
			return NotHere{"needs a cloud configured for " + config}
		}
	}
	for _, method := range s.Values("@import:") {
		if !slices.Contains(traits.ImportMethods, method) {
			return NotHere{"needs a Glance that can import by " + method}
		}
	}
	if _, err := cast(s, traits.Stores); err != nil {
		return err
	}
	return traits.ceilings().fit(s)
}

func (t *RunningCloud) renames() {}

// Open authenticates, on first use, and hands out the one cloud.
func (t *RunningCloud) Open(ctx context.Context, s Scenario) (Cloud, error) {
	if err := t.Fits(ctx, s); err != nil {
		return nil, err
	}
	stores, err := cast(s, t.traits.Stores)
	if err != nil {
		return nil, err
	}
	return &sharedCloud{target: t, stores: stores, prefix: t.Prefix() + strings.ToLower(rand.Text()[:6]) + "-"}, nil
}

// Prefix begins the names of all that this run makes.
func (t *RunningCloud) Prefix() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.Run == "" {
		t.Run = strings.ToLower(rand.Text()[:6])
	}
	return NamePrefix + t.Run + "-"
}

// Traits asks the cloud what it has, once.
func (t *RunningCloud) Traits(ctx context.Context) (*Traits, error) {
	t.once.Do(func() { t.traits, t.err = t.discover(ctx) })
	return t.traits, t.err
}

// Client is a person's, authenticated once for the whole run. Its token is shared.
func (t *RunningCloud) Client(ctx context.Context, person string) (*gophercloud.ProviderClient, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c, ok := t.clients[person]; ok {
		return c, nil
	}
	login, ok := t.People[person]
	if !ok {
		return nil, fmt.Errorf("the target does not say how %s logs in", person)
	}
	login.Auth.AllowReauth = true
	client, err := openstack.NewClient(login.Auth.IdentityEndpoint)
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = login.TLS
	client.HTTPClient.Transport = transport
	if err := openstack.Authenticate(ctx, client, login.Auth); err != nil {
		return nil, fmt.Errorf("%s cannot log in at %s: %w", person, login.Auth.IdentityEndpoint, err)
	}
	if t.clients == nil {
		t.clients = map[string]*gophercloud.ProviderClient{}
	}
	t.clients[person] = client
	return client, nil
}

// Close ends the connections to the cloud.
func (t *RunningCloud) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.clients {
		c.HTTPClient.CloseIdleConnections()
	}
	t.clients = nil
}

// sharedCloud is a running cloud as one scenario has it.
type sharedCloud struct {
	target *RunningCloud
	stores map[string]string
	prefix string
}

// Client hands out a copy of the person's client: its token is shared, its transport is the caller's to wrap.
func (c *sharedCloud) Client(ctx context.Context, person string) (*gophercloud.ProviderClient, error) {
	shared, err := c.target.Client(ctx, person)
	if err != nil {
		return nil, err
	}
	own, err := openstack.NewClient(shared.IdentityEndpoint)
	if err != nil {
		return nil, err
	}
	own.HTTPClient = shared.HTTPClient
	own.EndpointLocator = shared.EndpointLocator
	own.CopyTokenFrom(shared)
	own.ReauthFunc = func(ctx context.Context) error {
		if err := shared.Reauthenticate(ctx, own.Token()); err != nil {
			return err
		}
		own.CopyTokenFrom(shared)
		return nil
	}
	return own, nil
}

// Credentials are those that the target was given.
func (c *sharedCloud) Credentials(person string) (gophercloud.AuthOptions, error) {
	login, ok := c.target.People[person]
	if !ok {
		return gophercloud.AuthOptions{}, fmt.Errorf("the target does not say how %s logs in", person)
	}
	return login.Auth, nil
}

// Stores maps the scenario's names of stores to the cloud's.
func (c *sharedCloud) Stores() map[string]string { return c.stores }

// Project is a person's.
func (c *sharedCloud) Project(person string) (tokens.Project, bool) {
	p, ok := c.target.traits.Projects[person]
	return p, ok
}

func (c *sharedCloud) EndpointOpts() gophercloud.EndpointOpts {
	return c.target.People[Admin].Endpoints
}
func (c *sharedCloud) Unique(name string) string { return c.prefix + name }
func (c *sharedCloud) Lasting() bool             { return true }
func (c *sharedCloud) Close() error              { return nil }

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
