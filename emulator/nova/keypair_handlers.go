package nova

import (
	"net/http"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// What may be asked for a key pair has changed with its name, its type and its owner.
var (
	schemaKeyPair      = keyPairSchema(keyPairName, schema.List{"name"})
	schemaKeyPairType  = keyPairSchema(keyPairName, schema.List{"name"}, keyPairType)
	schemaKeyPairOwner = keyPairSchema(keyPairName, schema.List{"name"}, keyPairType, keyPairOwner)
	schemaKeyPairNames = keyPairSchema(keyPairNewName, schema.List{"name", "public_key"}, keyPairType, keyPairOwner)
)

const (
	keyPairName    = `^[_\- a-zA-Z0-9]+$`
	keyPairNewName = `^[_\-\@\. a-zA-Z0-9]+$` // since 2.92
)

var (
	keyPairType  = schema.Pair{Key: "type", Value: schema.Dict{{"type", "string"}, {"enum", schema.List{"ssh", "x509"}}}}
	keyPairOwner = schema.Pair{Key: "user_id", Value: schema.Dict{{"type", "string"}}}
)

func keyPairSchema(name string, required schema.List, more ...schema.Pair) *schema.Schema {
	named := schema.Dict{{"type", "string"}, {"pattern", name}, {"minLength", 1}, {"maxLength", 255}}
	return envelope("keypair", schema.Dict{
		{"type", "object"},
		{"properties", append(schema.Dict{
			{"name", schema.Dict{{"allOf", schema.List{schemaName, named}}}}, {"public_key", schema.Dict{{"type", "string"}}},
		}, more...)},
		{"required", required},
		{"additionalProperties", false},
	})
}

func keyPairRows() []row {
	const (
		all  = "/v2.1/os-keypairs"
		one  = all + "/{keypair_name}"
		rule = "os_compute_api:os-keypairs:"
	)
	return []row{
		{Op: "nova.keypairs.list", Method: "GET", Path: all, Policy: rule + "index", Late: true, Handle: httpapi.Get((*Service).keyPairList)},
		{
			Op: "nova.keypairs.create", Method: "POST", Path: all, Success: http.StatusCreated, Policy: rule + "create", Late: true,
			Body: httpapi.Bodies{
				{Schema: schemaKeyPair},
				{Since: "2.2", Schema: schemaKeyPairType},
				{Since: "2.10", Schema: schemaKeyPairOwner},
				{Since: "2.92", Schema: schemaKeyPairNames},
			},
			Handle: (*Service).keyPairCreate,
		},
		{Op: "nova.keypairs.show", Method: "GET", Path: one, Policy: rule + "show", Late: true, Handle: httpapi.Get((*Service).keyPairShow)},
		{Op: "nova.keypairs.delete", Method: "DELETE", Path: one, Success: http.StatusNoContent, Policy: rule + "delete", Late: true, Handle: (*Service).keyPairDelete},
	}
}

type keyPairOut struct {
	KeyPair keyPairView `json:"keypair"`
}

type keyPairsOut struct {
	KeyPairs []keyPairOut `json:"keypairs"`
	Links    []link       `json:"keypairs_links,omitempty"`
}

// keyPairList serves GET /os-keypairs, since 2.35 in pages. API reference: Compute, "List Keypairs".
func (s *Service) keyPairList(c *httpapi.Call) (keyPairsOut, error) {
	out := keyPairsOut{KeyPairs: []keyPairOut{}}
	if err := onlyParameters(c, "user_id", "limit", "marker"); err != nil {
		return out, err
	}
	user, err := ownerAsked(c, c.Query().Get("user_id"))
	if err != nil {
		return out, err
	}
	var list []KeyPair
	r := s.db.View()
	for k := range s.keyPairsOf(r, user) {
		list = append(list, k)
	}
	if c.Version.AtLeast(mvKeyPairsPaged) {
		if marker := c.Query().Get("marker"); marker != "" && !s.keypairs.Has(r, keyOf(user, marker)) {
			return out, fail.New(fail.Invalid, "Marker %s could not be found.", marker)
		}
		list, out.Links, err = pageOf(c, list, func(k KeyPair) string { return k.Name })
	}
	for _, k := range list {
		out.KeyPairs = append(out.KeyPairs, keyPairOut{newKeyPairView(c, k)})
	}
	return out, err
}

// keyPairShow serves GET /os-keypairs/{keypair_name}. API reference: Compute, "Show Keypair Details".
func (s *Service) keyPairShow(c *httpapi.Call) (keyPairOut, error) {
	if err := onlyParameters(c, "user_id"); err != nil {
		return keyPairOut{}, err
	}
	user, err := ownerAsked(c, c.Query().Get("user_id"))
	if err != nil {
		return keyPairOut{}, err
	}
	k, err := s.keyPairFor(s.db.View(), user, c.Var("keypair_name"))
	if err != nil {
		return keyPairOut{}, err
	}
	out := keyPairOut{newKeyPairView(c, k)}
	out.KeyPair.UserID = k.UserID
	out.KeyPair.keyPairShown = &keyPairShown{ID: k.Number, CreatedAt: moment(k.CreatedAt)}
	return out, nil
}

// keyPairCreate serves POST /os-keypairs: a key that the client has, or up to 2.91 a new one, whose private half is in the
// answer and nowhere else. API reference: Compute, "Import (or create) Keypair".
func (s *Service) keyPairCreate(c *httpapi.Call) (httpapi.Reply, error) {
	body, err := c.Value()
	if err != nil {
		return httpapi.Reply{}, err
	}
	asked := member(body, "keypair")
	user, err := ownerAsked(c, text(asked, "user_id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	k := KeyPair{UserID: user, Name: strings.TrimSpace(text(asked, "name")), Type: KeyTypeSSH, CreatedAt: c.Now}
	if t := text(asked, "type"); t != "" {
		k.Type = KeyType(t)
	}
	k.Key = keyOf(k.UserID, k.Name)
	if err := s.roomForKeyPair(s.db.View(), user); err != nil {
		return httpapi.Reply{}, err
	}
	var private string
	switch {
	case asked.Has("public_key"):
		k.PublicKey = text(asked, "public_key")
	case k.Type == KeyTypeX509:
		return httpapi.Reply{}, &fail.Error{Kind: fail.NotImplemented, ID: "nova.keypairs.create of a certificate"}
	default:
		private, k.PublicKey = newSSHKey(s.ids)
	}
	if k.Fingerprint, err = fingerprint(k.Type, k.PublicKey); err != nil {
		return httpapi.Reply{}, fail.New(fail.Invalid, "Keypair data is invalid: %s", err)
	}
	err = s.db.Update(func(tx *state.Tx) error {
		if err := s.roomForKeyPair(tx, user); err != nil {
			return err
		}
		for other := range s.keypairs.All(tx) {
			k.Number = max(k.Number, other.Number)
		}
		k.Number++
		if s.keypairs.Has(tx, k.Key) {
			return fail.New(fail.Conflict, "Key pair '%s' already exists.", k.Name)
		}
		s.keypairs.Put(tx, k)
		return nil
	})
	view := newKeyPairView(c, k)
	view.UserID, view.PrivateKey = k.UserID, private
	return httpapi.Reply{Status: beforeTypes(c, http.StatusOK), JSON: keyPairOut{view}}, err
}

// keyPairDelete serves DELETE /os-keypairs/{keypair_name}. Servers keep what they were given. API reference: Compute, "Delete
// Keypair".
func (s *Service) keyPairDelete(c *httpapi.Call) (httpapi.Reply, error) {
	if err := onlyParameters(c, "user_id"); err != nil {
		return httpapi.Reply{}, err
	}
	user, err := ownerAsked(c, c.Query().Get("user_id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	return httpapi.Reply{Status: beforeTypes(c, http.StatusAccepted)}, s.db.Update(func(tx *state.Tx) error {
		k, err := s.keyPairFor(tx, user, c.Var("keypair_name"))
		if err == nil {
			s.keypairs.Delete(tx, k.Key)
		}
		return err
	})
}

// beforeTypes is the status that an answer had before key pairs had types; 0, for the row's, since then.
func beforeTypes(c *httpapi.Call, status int) int {
	if c.Version.AtLeast(mvKeyPairType) {
		return 0
	}
	return status
}
