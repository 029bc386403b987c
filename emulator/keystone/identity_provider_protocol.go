package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// federationProtocol is how an identity provider's users come in, and the mapping that makes local users of them.
type federationProtocol struct {
	Key               string
	ID                string
	IdentityProvider  string
	MappingID         string
	RemoteIDAttribute *string
}

type protocolView struct {
	ID                string  `json:"id"`
	MappingID         string  `json:"mapping_id"`
	RemoteIDAttribute *string `json:"remote_id_attribute,omitempty"`
	Links             struct {
		Self             string `json:"self"`
		IdentityProvider string `json:"identity_provider"`
	} `json:"links"`
}

// listedProtocolView is a protocol in a list, with what one that is shown alone does not tell.
type listedProtocolView struct {
	protocolView
	IdentityProvider  string  `json:"idp_id"`
	RemoteIDAttribute *string `json:"remote_id_attribute"`
}

// newProtocolView shows a protocol.
// Quirk: its links lead nowhere (testdata/recorded/federation.json).
func newProtocolView(p federationProtocol, root string) protocolView {
	v := protocolView{ID: p.ID, MappingID: p.MappingID}
	v.Links.Self = root + "/protocols/" + p.ID
	v.Links.IdentityProvider = root + "/" + p.IdentityProvider
	return v
}

func newListedProtocolView(p federationProtocol, root string) listedProtocolView {
	return listedProtocolView{newProtocolView(p, root), p.IdentityProvider, p.RemoteIDAttribute}
}

type protocolOut struct {
	Protocol protocolView `json:"protocol"`
}

type protocolsOut struct {
	Protocols []listedProtocolView `json:"protocols"`
	Links     listLinks            `json:"links"`
}

var (
	mappingIDText      = schema.Dict{member("type", "string"), member("minLength", 1), member("maxLength", 64)}
	remoteIDText       = schema.Dict{member("type", "string"), member("maxLength", 64)}
	protocolCreateBody = enveloped("protocol", object(schema.Dict{
		member("mapping_id", mappingIDText), member("remote_id_attribute", schemaDict(remoteIDText).orNull()),
	}, []string{"mapping_id"}, false))
	protocolUpdateBody = enveloped("protocol", object(schema.Dict{
		member("mapping_id", mappingIDText), member("remote_id_attribute", remoteIDText),
	}, []string{"mapping_id"}, false).With("minProperties", 1))
)

// protocolList serves GET /v3/OS-FEDERATION/identity_providers/{idp_id}/protocols.
// Quirk: a provider that is not there has no protocols.
func (s *Service) protocolList(c *httpapi.Call) (protocolsOut, error) {
	if err := enforce(c, nil); err != nil {
		return protocolsOut{}, err
	}
	rows := collect(s.protocols.WithPrefix(s.db.View(), keyOf(c.Var("idp_id"), "")))
	return protocolsOut{views(rows, c.URL("/v3"), newListedProtocolView), linksOf(c)}, nil
}

// protocol finds the protocol of the path, once the caller may ask about it.
func (s *Service) protocol(c *httpapi.Call, r state.Reader) (federationProtocol, error) {
	if err := enforce(c, nil); err != nil {
		return federationProtocol{}, err
	}
	p, ok := s.protocols.Get(r, keyOf(c.Var("idp_id"), c.Var("protocol_id")))
	if !ok {
		return p, fail.New(fail.NotFound, "Could not find federated protocol %s for Identity Provider: %s.",
			c.Var("protocol_id"), c.Var("idp_id"))
	}
	return p, nil
}

// protocolShow serves GET /v3/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}.
func (s *Service) protocolShow(c *httpapi.Call) (protocolOut, error) {
	p, err := s.protocol(c, s.db.View())
	return protocolOut{newProtocolView(p, c.URL("/v3"))}, err
}

// mapped wants the mapping that a protocol names to be there.
func (s *Service) mapped(r state.Reader, id string) error {
	if !s.mappings.Has(r, id) {
		return fail.New(fail.Invalid, "Invalid mapping id: %s", id)
	}
	return nil
}

// protocolSet serves PUT /v3/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}, which makes one.
func (s *Service) protocolSet(c *httpapi.Call) (protocolOut, error) {
	in, err := refOf(c, "protocol")
	if err != nil {
		return protocolOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return protocolOut{}, err
	}
	in = in.normalized()
	p := federationProtocol{
		Key: keyOf(c.Var("idp_id"), c.Var("protocol_id")), ID: c.Var("protocol_id"), IdentityProvider: c.Var("idp_id"),
		MappingID: in.text("mapping_id"), RemoteIDAttribute: in.given("remote_id_attribute"),
	}
	if err := shortID(p.ID); err != nil {
		return protocolOut{}, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		if err := s.mapped(tx, p.MappingID); err != nil {
			return err
		}
		if !s.identityProviders.Has(tx, p.IdentityProvider) {
			return noIdentityProvider(c)
		}
		if s.protocols.Has(tx, p.Key) {
			return conflict("federation_protocol", "Duplicate entry found with ID %s", p.ID)
		}
		s.protocols.Put(tx, p)
		return nil
	})
	return protocolOut{newProtocolView(p, c.URL("/v3"))}, err
}

// protocolUpdate serves PATCH /v3/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}.
func (s *Service) protocolUpdate(c *httpapi.Call) (protocolOut, error) {
	in, err := refOf(c, "protocol")
	if err != nil {
		return protocolOut{}, err
	}
	if err := enforce(c, nil); err != nil {
		return protocolOut{}, err
	}
	var p federationProtocol
	err = s.db.Update(func(tx *state.Tx) error {
		if err := s.mapped(tx, in.text("mapping_id")); err != nil {
			return err
		}
		if p, err = s.protocol(c, tx); err != nil {
			return err
		}
		p.MappingID = in.text("mapping_id")
		if in.has("remote_id_attribute") {
			p.RemoteIDAttribute = in.given("remote_id_attribute")
		}
		s.protocols.Put(tx, p)
		return nil
	})
	return protocolOut{newProtocolView(p, c.URL("/v3"))}, err
}

// protocolDelete serves DELETE /v3/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}.
func (s *Service) protocolDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		p, err := s.protocol(c, tx)
		if err == nil {
			s.protocols.Delete(tx, p.Key)
		}
		return err
	})
}
