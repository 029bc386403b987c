package keystone

import (
	"encoding/json"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

type secretOut struct {
	Credential secretView `json:"credential"`
}

type secretsOut struct {
	Credentials []secretView `json:"credentials"`
	Links       listLinks    `json:"links"`
	Truncated   bool         `json:"truncated,omitempty"`
}

var (
	secretProperties = schema.Dict{
		member("blob", anyText), member("project_id", textOrNull), member("type", anyText), member("user_id", anyText),
	}
	secretCreateBody = schema.New(schema.Dict{
		member("type", "object"),
		member("properties", schema.Dict{member("credential", schema.Dict{
			member("type", "object"),
			member("properties", append(schema.Dict{member("id", anyText)}, secretProperties...)),
			member("additionalProperties", true),
			member("required", schema.List{"blob", "type", "user_id"}),
			member("if", schema.Dict{member("properties", schema.Dict{member("type", schema.Dict{member("const", ec2Type)})})}),
			member("then", schema.Dict{
				member("title", "ec2 credential requires project_id"),
				member("required", schema.List{"blob", "type", "user_id", "project_id"}),
			}),
		})}),
		member("required", schema.List{"credential"}),
	})
	secretUpdateBody = schema.New(schema.Dict{
		member("type", "object"),
		member("properties", schema.Dict{member("credential", schema.Dict{
			member("type", "object"),
			member("properties", secretProperties),
			member("additionalProperties", true),
			member("minProperties", 1),
		})}),
		member("required", schema.List{"credential"}),
	})
)

func writeJSON(b *strings.Builder, v any) {
	raw, err := json.Marshal(v)
	if err != nil { // not of what JSON was read from
		raw = []byte("null")
	}
	b.Write(raw)
}

// secretList serves GET /v3/credentials: those that the caller may see.
func (s *Service) secretList(c *httpapi.Call) (secretsOut, error) {
	var known map[string]any
	if !c.Auth.System {
		known = map[string]any{"target.credential.user_id": c.Auth.UserID}
	}
	if err := enforce(c, known); err != nil {
		return secretsOut{}, err
	}
	rows := selected(s.secrets.All(s.db.View()), filtersOf(c, "user_id", "type"))
	rows = keep(rows, func(one *Credential) bool {
		return c.May("identity:get_credential", about{c, aboutCredential(*one, true)}) &&
			withinScope(c.Auth, one.ProjectID, "Credential") == nil
	})
	p, err := paged(s, c, rows, func(c *Credential) string { return c.ID })
	return secretsOut{views(p.rows, c.URL("/v3/credentials"), newSecretView), p.links, p.truncated}, err
}

// secretCreate serves POST /v3/credentials.
func (s *Service) secretCreate(c *httpapi.Call) (secretOut, error) {
	in, err := refOf(c, "credential")
	if err != nil {
		return secretOut{}, err
	}
	if err := enforce(c, aboutRef("credential", in)); err != nil {
		return secretOut{}, err
	}
	isEC2 := strings.EqualFold(in.text("type"), ec2Type)
	if isEC2 && c.Auth.ApplicationCredentialID != "" && c.Auth.ApplicationCredentialRestricted {
		return secretOut{}, forbidden("Using method 'application_credential' is not allowed for managing additional credentials.")
	}
	if err := withinScope(c.Auth, in.text("project_id"), "Credential"); err != nil {
		return secretOut{}, err
	}
	in = in.normalized()
	made := Credential{
		ID: s.ids.Hex(), UserID: in.text("user_id"), ProjectID: in.text("project_id"), Type: in.text("type"),
		Blob: in.text("blob"), Extra: in.extra(nil, credentialAttributes()...),
	}
	if isEC2 {
		blob, err := ec2Blob(made.Blob)
		if err != nil {
			return secretOut{}, err
		}
		made.ID = accessKeyID(text(blob, "access"))
		for name, value := range map[string]string{"trust_id": c.Auth.TrustID, "app_cred_id": c.Auth.ApplicationCredentialID} {
			if value != "" {
				made.Blob = blobText(blob.With(name, value))
			}
		}
	}
	err = s.db.Update(func(tx *state.Tx) error {
		if err := s.mayHaveAnother(tx, made.UserID); err != nil {
			return err
		}
		if s.secrets.Has(tx, made.ID) {
			return conflict("credential", "Duplicate entry found with ID %s", made.ID)
		}
		s.secrets.Put(tx, made)
		return nil
	})
	return secretOut{newSecretView(made, c.URL("/v3/credentials"))}, err
}

// secret finds the credential of the path, once the caller may ask about it.
func (s *Service) secret(c *httpapi.Call, r state.Reader) (Credential, error) {
	one, ok := s.secrets.Get(r, c.Var("credential_id"))
	if err := enforce(c, aboutCredential(one, ok)); err != nil {
		return one, err
	}
	if !ok {
		return one, fail.Missing("credential", c.Var("credential_id"))
	}
	return one, withinScope(c.Auth, one.ProjectID, "Credential")
}

// secretShow serves GET /v3/credentials/{credential_id}.
func (s *Service) secretShow(c *httpapi.Call) (secretOut, error) {
	one, err := s.secret(c, s.db.View())
	return secretOut{newSecretView(one, c.URL("/v3/credentials"))}, err
}

// secretUpdate serves PATCH /v3/credentials/{credential_id}. The rule is asked twice: of what there is, and of what there
// would be.
func (s *Service) secretUpdate(c *httpapi.Call) (secretOut, error) {
	in, err := refOf(c, "credential")
	if err != nil {
		return secretOut{}, err
	}
	var one Credential
	err = s.db.Update(func(tx *state.Tx) error {
		if one, err = s.secret(c, tx); err != nil {
			return err
		}
		if err := keepsOrigin(one, in); err != nil {
			return err
		}
		if err := in.matches(one.ID); err != nil {
			return err
		}
		for name, field := range map[string]*string{
			"user_id": &one.UserID, "project_id": &one.ProjectID, "type": &one.Type, "blob": &one.Blob,
		} {
			if in.has(name) {
				*field = in.text(name)
			}
		}
		if err := enforce(c, aboutCredential(one, true)); err != nil {
			return err
		}
		if strings.EqualFold(in.text("type"), ec2Type) && one.ProjectID == "" {
			return expecting("project_id", "credential")
		}
		one.Extra = in.extra(one.Extra, credentialAttributes()...)
		s.secrets.Put(tx, one)
		return nil
	})
	return secretOut{newSecretView(one, c.URL("/v3/credentials"))}, err
}

// keepsOrigin refuses to change on whose behalf an EC2 credential was made.
func keepsOrigin(one Credential, in ref) error {
	if !strings.EqualFold(one.Type, ec2Type) {
		return nil
	}
	if !in.has("blob") {
		return expecting("blob", "credential") // Quirk: EC2 credentials cannot be changed without their blob
	}
	next, err := ec2Blob(in.text("blob"))
	if err != nil {
		return err
	}
	before, err := ec2Blob(one.Blob)
	if err != nil {
		return err
	}
	for _, name := range []string{"trust_id", "app_cred_id", "access_token_id", "access_id"} {
		if text(next, name) != text(before, name) {
			return fail.New(fail.Invalid, "%s can not be updated for credential", name)
		}
	}
	return nil
}

// secretDelete serves DELETE /v3/credentials/{credential_id}.
func (s *Service) secretDelete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		one, err := s.secret(c, tx)
		if err == nil {
			s.secrets.Delete(tx, one.ID)
		}
		return err
	})
}
