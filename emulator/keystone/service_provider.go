package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// ServiceProvider is another cloud that takes this one's word for its users. Tokens list those that are enabled.
type ServiceProvider struct {
	ID               string
	AuthURL          string
	SPURL            string
	Enabled          bool
	Description      *string
	RelayStatePrefix *string
}

// relayStatePrefix is upstream's default for [saml] relay_state_prefix.
const relayStatePrefix = "ss:mem:"

func (p *ServiceProvider) attribute(name string) (any, bool) {
	switch name {
	case "id":
		return p.ID, true
	case "enabled":
		return p.Enabled, true
	}
	return nil, false
}

type serviceProviderView struct {
	ID               string   `json:"id"`
	AuthURL          string   `json:"auth_url"`
	SPURL            string   `json:"sp_url"`
	Enabled          bool     `json:"enabled"`
	Description      *string  `json:"description"`
	RelayStatePrefix *string  `json:"relay_state_prefix"`
	Links            selfLink `json:"links"`
}

const serviceProvidersPath = "/v3/OS-FEDERATION/service_providers"

func newServiceProviderView(p ServiceProvider, collection string) serviceProviderView {
	return serviceProviderView{
		p.ID, p.AuthURL, p.SPURL, p.Enabled, p.Description, p.RelayStatePrefix, selfLink{collection + "/" + p.ID},
	}
}

// tokenServiceProvider is a service provider as tokens list it.
type tokenServiceProvider struct {
	AuthURL string `json:"auth_url"`
	ID      string `json:"id"`
	SPURL   string `json:"sp_url"`
}

func (s *Service) tokenServiceProviders(r state.Reader) []tokenServiceProvider {
	var found []tokenServiceProvider
	for p := range s.serviceProviders.All(r) {
		if p.Enabled {
			found = append(found, tokenServiceProvider{p.AuthURL, p.ID, p.SPURL})
		}
	}
	return found
}

type serviceProviderOut struct {
	ServiceProvider serviceProviderView `json:"service_provider"`
}

type serviceProvidersOut struct {
	ServiceProviders []serviceProviderView `json:"service_providers"`
	Links            listLinks             `json:"links"`
	Truncated        bool                  `json:"truncated,omitempty"`
}

var (
	webAddress = schema.Dict{
		member("type", "string"), member("minLength", 0), member("maxLength", 225), member("pattern", "^[a-zA-Z0-9+.-]+:.+"),
	}
	serviceProviderProperties = schema.Dict{
		member("auth_url", webAddress),
		member("sp_url", webAddress),
		member("description", textOrNull),
		member("enabled", switchText),
		member("relay_state_prefix", textOrNull),
	}
	serviceProviderCreateBody = enveloped("service_provider", object(serviceProviderProperties, []string{"auth_url", "sp_url"}, false))
	serviceProviderUpdateBody = enveloped("service_provider", object(serviceProviderProperties, nil, false).With("minProperties", 1))
)

// serviceProviderList serves GET /v3/OS-FEDERATION/service_providers.
func (s *Service) serviceProviderList(c *httpapi.Call) (serviceProvidersOut, error) {
	if err := s.checkQuery(c, federationListQuery); err != nil {
		return serviceProvidersOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return serviceProvidersOut{}, err
	}
	rows := selected(s.serviceProviders.All(s.db.View()), filtersOf(c, "id", "enabled"))
	p, err := paged(s, c, rows, func(p *ServiceProvider) string { return p.ID })
	return serviceProvidersOut{views(p.rows, c.URL(serviceProvidersPath), newServiceProviderView), p.links, p.truncated}, err
}

// serviceProvider finds the provider of the path, once the caller may ask about it.
func (s *Service) serviceProvider(c *httpapi.Call, r state.Reader) (ServiceProvider, error) {
	if err := enforce(c, nil); err != nil {
		return ServiceProvider{}, err
	}
	p, ok := s.serviceProviders.Get(r, c.Var("service_provider_id"))
	if !ok {
		return p, fail.Missing("Service Provider", c.Var("service_provider_id"))
	}
	return p, nil
}

// serviceProviderShow serves GET /v3/OS-FEDERATION/service_providers/{service_provider_id}.
func (s *Service) serviceProviderShow(c *httpapi.Call) (serviceProviderOut, error) {
	p, err := s.serviceProvider(c, s.db.View())
	return serviceProviderOut{newServiceProviderView(p, c.URL(serviceProvidersPath))}, err
}

// serviceProviderSet serves PUT /v3/OS-FEDERATION/service_providers/{service_provider_id}, which makes one.
func (s *Service) serviceProviderSet(c *httpapi.Call) (serviceProviderOut, error) {
	in, err := refOf(c, "service_provider")
	if err != nil {
		return serviceProviderOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return serviceProviderOut{}, err
	}
	in = in.normalized()
	p := ServiceProvider{
		ID: c.Var("service_provider_id"), AuthURL: in.text("auth_url"), SPURL: in.text("sp_url"), Enabled: in.flag("enabled", false),
		Description: in.given("description"), RelayStatePrefix: in.given("relay_state_prefix"),
	}
	if !in.has("relay_state_prefix") {
		prefix := relayStatePrefix
		p.RelayStatePrefix = &prefix
	}
	if err := shortID(p.ID); err != nil {
		return serviceProviderOut{}, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		if s.serviceProviders.Has(tx, p.ID) {
			return conflict("service_provider", "Duplicate entry found with ID %s", p.ID)
		}
		s.serviceProviders.Put(tx, p)
		return nil
	})
	return serviceProviderOut{newServiceProviderView(p, c.URL(serviceProvidersPath))}, err
}

// serviceProviderUpdate serves PATCH /v3/OS-FEDERATION/service_providers/{service_provider_id}.
func (s *Service) serviceProviderUpdate(c *httpapi.Call) (serviceProviderOut, error) {
	in, err := refOf(c, "service_provider")
	if err != nil {
		return serviceProviderOut{}, err
	}
	in = in.normalized()
	var p ServiceProvider
	err = s.db.Update(func(tx *state.Tx) error {
		if p, err = s.serviceProvider(c, tx); err != nil {
			return err
		}
		for name, field := range map[string]*string{"auth_url": &p.AuthURL, "sp_url": &p.SPURL} {
			if in.has(name) {
				*field = in.text(name)
			}
		}
		for name, field := range map[string]**string{"description": &p.Description, "relay_state_prefix": &p.RelayStatePrefix} {
			if in.has(name) {
				*field = in.given(name)
			}
		}
		p.Enabled = in.flag("enabled", p.Enabled)
		s.serviceProviders.Put(tx, p)
		return nil
	})
	return serviceProviderOut{newServiceProviderView(p, c.URL(serviceProvidersPath))}, err
}

// serviceProviderDelete serves DELETE /v3/OS-FEDERATION/service_providers/{service_provider_id}.
func (s *Service) serviceProviderDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		p, err := s.serviceProvider(c, tx)
		if err == nil {
			s.serviceProviders.Delete(tx, p.ID)
		}
		return err
	})
}
