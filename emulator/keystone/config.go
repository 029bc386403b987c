package keystone

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// Config is what an Identity service holds at first. The zero value is the default cloud, see DefaultConfig. Things
// refer to each other by name; an id that is left out is drawn from the cloud's source of ids.
type Config struct {
	Domains   []DomainConfig   `json:"domains,omitempty" yaml:"domains,omitempty"`
	Projects  []ProjectConfig  `json:"projects,omitempty" yaml:"projects,omitempty"`
	Roles     []RoleConfig     `json:"roles,omitempty" yaml:"roles,omitempty"`
	Groups    []GroupConfig    `json:"groups,omitempty" yaml:"groups,omitempty"`
	Users     []UserConfig     `json:"users,omitempty" yaml:"users,omitempty"`
	Regions   []RegionConfig   `json:"regions,omitempty" yaml:"regions,omitempty"`
	Services  []ServiceConfig  `json:"services,omitempty" yaml:"services,omitempty"`
	TokenKeys []TokenKeyConfig `json:"token_keys,omitempty" yaml:"token_keys,omitempty"`
	Settings  Settings         `json:"settings,omitzero" yaml:"settings,omitempty"`
	// Policy are rules of oslo.policy, by their names, over the default ones.
	Policy map[string]string `json:"policy,omitempty" yaml:"policy,omitempty"`
}

// DomainConfig is a domain.
type DomainConfig struct {
	ID          string `json:"id,omitempty" yaml:"id,omitempty"`
	Name        string `json:"name" yaml:"name"`
	Description string `json:"description,omitempty" yaml:"description,omitempty"`
	Disabled    bool   `json:"disabled,omitempty" yaml:"disabled,omitempty"`
}

// ProjectConfig is a project. Domain and Parent are names; the domain is Default when left out.
type ProjectConfig struct {
	ID          string   `json:"id,omitempty" yaml:"id,omitempty"`
	Name        string   `json:"name" yaml:"name"`
	Domain      string   `json:"domain,omitempty" yaml:"domain,omitempty"`
	Parent      string   `json:"parent,omitempty" yaml:"parent,omitempty"` // a project of the same domain, declared before
	Description string   `json:"description,omitempty" yaml:"description,omitempty"`
	Disabled    bool     `json:"disabled,omitempty" yaml:"disabled,omitempty"`
	Tags        []string `json:"tags,omitempty" yaml:"tags,omitempty"`
}

// RoleConfig is a global role.
type RoleConfig struct {
	ID          string   `json:"id,omitempty" yaml:"id,omitempty"`
	Name        string   `json:"name" yaml:"name"`
	Description string   `json:"description,omitempty" yaml:"description,omitempty"`
	Immutable   bool     `json:"immutable,omitempty" yaml:"immutable,omitempty"`
	Implies     []string `json:"implies,omitempty" yaml:"implies,omitempty"`
}

// GroupConfig is a group of users.
type GroupConfig struct {
	ID          string        `json:"id,omitempty" yaml:"id,omitempty"`
	Name        string        `json:"name" yaml:"name"`
	Domain      string        `json:"domain,omitempty" yaml:"domain,omitempty"`
	Description string        `json:"description,omitempty" yaml:"description,omitempty"`
	Roles       []GrantConfig `json:"roles,omitempty" yaml:"roles,omitempty"`
}

// UserConfig is a user. Groups are of the same domain.
type UserConfig struct {
	ID             string        `json:"id,omitempty" yaml:"id,omitempty"`
	Name           string        `json:"name" yaml:"name"`
	Password       string        `json:"password,omitempty" yaml:"password,omitempty"` // without one, nobody can log in
	Domain         string        `json:"domain,omitempty" yaml:"domain,omitempty"`
	Description    string        `json:"description,omitempty" yaml:"description,omitempty"`
	Email          string        `json:"email,omitempty" yaml:"email,omitempty"`
	DefaultProject string        `json:"default_project,omitempty" yaml:"default_project,omitempty"`
	Disabled       bool          `json:"disabled,omitempty" yaml:"disabled,omitempty"`
	Groups         []string      `json:"groups,omitempty" yaml:"groups,omitempty"`
	Roles          []GrantConfig `json:"roles,omitempty" yaml:"roles,omitempty"`
}

// GrantConfig gives a role on exactly one of a project, a domain and the system. ProjectDomain is the project's domain
// when that is not Default.
type GrantConfig struct {
	Role          string `json:"role" yaml:"role"`
	Project       string `json:"project,omitempty" yaml:"project,omitempty"`
	ProjectDomain string `json:"project_domain,omitempty" yaml:"project_domain,omitempty"`
	Domain        string `json:"domain,omitempty" yaml:"domain,omitempty"`
	System        bool   `json:"system,omitempty" yaml:"system,omitempty"`
	Inherited     bool   `json:"inherited,omitempty" yaml:"inherited,omitempty"` // for the projects below instead
}

// RegionConfig is a region.
type RegionConfig struct {
	ID          string `json:"id" yaml:"id"`
	Description string `json:"description,omitempty" yaml:"description,omitempty"`
	Parent      string `json:"parent,omitempty" yaml:"parent,omitempty"`
}

// ServiceConfig is a service of the catalog.
type ServiceConfig struct {
	ID          string           `json:"id,omitempty" yaml:"id,omitempty"`
	Type        string           `json:"type" yaml:"type"`
	Name        string           `json:"name,omitempty" yaml:"name,omitempty"`
	Description string           `json:"description,omitempty" yaml:"description,omitempty"`
	Disabled    bool             `json:"disabled,omitempty" yaml:"disabled,omitempty"`
	Endpoints   []EndpointConfig `json:"endpoints,omitempty" yaml:"endpoints,omitempty"`
}

// EndpointConfig is where a service is reached. Without interfaces it is one endpoint for each of public, internal and
// admin. A URL that begins with $(site)s is on this cloud's own address, whatever the client knows it by;
// $(project_id)s and $(user_id)s are filled in from the token.
type EndpointConfig struct {
	ID         string   `json:"id,omitempty" yaml:"id,omitempty"` // only with a single interface
	URL        string   `json:"url" yaml:"url"`
	Interfaces []string `json:"interfaces,omitempty" yaml:"interfaces,omitempty"`
	Region     string   `json:"region,omitempty" yaml:"region,omitempty"` // RegionOne when left out
	Disabled   bool     `json:"disabled,omitempty" yaml:"disabled,omitempty"`
}

// TokenKeyConfig is a Fernet key, for clouds that are to accept each other's tokens: 32 bytes in base 64. The last one
// makes tokens.
type TokenKeyConfig struct {
	Key string `json:"key" yaml:"key"`
}

// The default cloud's names.
const (
	defaultDomain   = "Default"
	defaultDomainID = "default"
	defaultRegion   = "RegionOne"
)

// DefaultConfig is the default cloud: domain Default; projects admin, demo, alt_demo and service; users admin, demo and
// alt_demo, and those of the services, with the password "secret"; this cloud's own services. It leaves the roles out: they
// are the DefaultRoles of the release that the cloud is of.
func DefaultConfig() Config {
	on := func(project string, roles ...string) []GrantConfig {
		var grants []GrantConfig
		for _, role := range roles {
			grants = append(grants, GrantConfig{Role: role, Project: project})
		}
		return grants
	}
	return Config{
		Domains: []DomainConfig{{ID: defaultDomainID, Name: defaultDomain, Description: "The default domain"}},
		Projects: []ProjectConfig{
			{Name: "admin", Description: "Bootstrap project for initializing the cloud."},
			{Name: "demo"},
			{Name: "alt_demo"},
			{Name: "service"},
		},
		Users: []UserConfig{
			{Name: "admin", Password: "secret", Roles: append(on("admin", "admin"), GrantConfig{Role: "admin", System: true})},
			{Name: "demo", Password: "secret", Roles: on("demo", "member", "reader")},
			{Name: "alt_demo", Password: "secret", Roles: on("alt_demo", "member", "reader")},
			{Name: "glance", Password: "secret", Roles: on("service", "admin", "service")},
			{Name: "cinder", Password: "secret", Roles: on("service", "admin", "service")},
		},
		Regions: []RegionConfig{{ID: defaultRegion}},
		Services: []ServiceConfig{
			{Type: "identity", Name: "keystone", Endpoints: []EndpointConfig{{URL: site + "/identity"}}},
			{Type: "image", Name: "glance", Endpoints: []EndpointConfig{{URL: site + "/image"}}},
			{Type: "block-storage", Name: "cinder", Endpoints: []EndpointConfig{{URL: site + "/volume/v3/$(project_id)s"}}},
			{Type: "volumev3", Name: "cinderv3", Endpoints: []EndpointConfig{{URL: site + "/volume/v3/$(project_id)s"}}},
		},
	}
}

// DefaultRoles are the roles that a release's bootstrap makes, each implying the next less powerful one.
func DefaultRoles(r release.Release) []RoleConfig {
	roles := []RoleConfig{
		{Name: "admin", Immutable: true, Implies: []string{"manager"}},
		{Name: "manager", Immutable: true, Implies: []string{"member"}},
		{Name: "member", Immutable: true, Implies: []string{"reader"}},
		{Name: "reader", Immutable: true},
		{Name: "service", Immutable: true},
	}
	if !r.AtLeast(release.Bobcat) { // there was no manager yet
		roles[0].Implies = []string{"member"}
		roles = slices.Delete(roles, 1, 2)
	}
	return roles
}

// orDefault fills in the parts that are left out altogether: each list is the default cloud's when it is empty.
func (c Config) orDefault(r release.Release) Config {
	d := DefaultConfig()
	if len(c.Domains) == 0 {
		c.Domains = d.Domains
	}
	if len(c.Projects) == 0 {
		c.Projects = d.Projects
	}
	if len(c.Roles) == 0 {
		c.Roles = DefaultRoles(r)
	}
	if len(c.Users) == 0 {
		c.Users = d.Users
	}
	if len(c.Regions) == 0 {
		c.Regions = d.Regions
	}
	if len(c.Services) == 0 {
		c.Services = d.Services
	}
	return c
}

// WithService is the configuration with one more service in the catalog, unless there is one of its type.
func (c Config) WithService(s ServiceConfig) Config {
	if len(c.Services) == 0 {
		c.Services = DefaultConfig().Services
	}
	if !slices.ContainsFunc(c.Services, func(have ServiceConfig) bool { return have.Type == s.Type }) {
		c.Services = append(slices.Clone(c.Services), s)
	}
	return c
}

// idShape is what ids may look like. They are segments of paths and parts of keys, and tokens have room for 64 bytes.
var idShape = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// Validate reports everything that is wrong with a configuration, with the path of each field.
func (c Config) Validate() error {
	_, err := c.orDefault(release.Latest).plan(nil)
	_, mistakes := policies(release.Latest, c.Policy)
	return errors.Join(err, policy.Located("identity.policy.", mistakes))
}

// checks collects what is wrong with a configuration.
type checks struct{ errs []error }

func (k *checks) wrong(path, format string, args ...any) {
	k.errs = append(k.errs, fmt.Errorf("%s: %s", path, fmt.Sprintf(format, args...)))
}

func (k *checks) id(path, id string) {
	if id != "" && (len(id) > 64 || !idShape.MatchString(id)) {
		k.wrong(path+".id", "%q: want up to 64 letters, digits, dots, dashes and underscores", id)
	}
}

func (k *checks) name(path, name string, most int) {
	if strings.TrimSpace(name) == "" || len(name) > most {
		k.wrong(path+".name", "%q: want 1 to %d characters", name, most)
	}
}

func (k *checks) url(path, template string) {
	plain, ok := format(strings.Replace(template, site, "http://site", 1), func(name string) (string, bool) {
		return "id", name == "project_id" || name == "tenant_id" || name == "user_id"
	})
	u, err := url.Parse(plain)
	if !ok || err != nil || u.Scheme == "" || u.Host == "" {
		k.wrong(path+".url", "%q: want an absolute URL, or one that begins with %s, "+
			"with no other variables than $(project_id)s, $(tenant_id)s and $(user_id)s", template, site)
	}
}

func (k *checks) err() error { return errors.Join(k.errs...) }
