package keystone

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// ec2View is an EC2 credential under its user: what is in the blob.
type ec2View struct {
	UserID   string   `json:"user_id"`
	TenantID *string  `json:"tenant_id"`
	Access   string   `json:"access"`
	Secret   string   `json:"secret"`
	TrustID  *string  `json:"trust_id"`
	Links    selfLink `json:"links"`
}

type ec2Out struct {
	Credential ec2View `json:"credential"`
}

type ec2sOut struct {
	Credentials []ec2View `json:"credentials"`
	Links       listLinks `json:"links"`
}

func newEC2View(c *httpapi.Call, one Credential) ec2View {
	blob, _ := ec2Blob(one.Blob)
	access := text(blob, "access")
	return ec2View{
		one.UserID, orNull(one.ProjectID), access, text(blob, "secret"), orNull(text(blob, "trust_id")),
		selfLink{c.URL("/v3/users/" + one.UserID + "/credentials/OS-EC2/" + access)},
	}
}

const outsideScope = "EC2 credential"

// ec2List serves GET /v3/users/{user_id}/credentials/OS-EC2.
func (s *Service) ec2List(c *httpapi.Call) (ec2sOut, error) {
	if err := enforce(c, nil); err != nil {
		return ec2sOut{}, err
	}
	view, user := s.db.View(), c.Var("user_id")
	if !s.users.Has(view, user) {
		return ec2sOut{}, fail.Missing("user", user)
	}
	out := ec2sOut{Credentials: []ec2View{}, Links: linksOf(c)}
	for one := range s.secrets.All(view) {
		if one.UserID == user && one.Type == ec2Type && withinScope(c.Auth, one.ProjectID, outsideScope) == nil {
			out.Credentials = append(out.Credentials, newEC2View(c, one))
		}
	}
	return out, nil
}

// ec2Create serves POST /v3/users/{user_id}/credentials/OS-EC2.
func (s *Service) ec2Create(c *httpapi.Call) (ec2Out, error) {
	user := c.Var("user_id")
	if err := enforce(c, map[string]any{"target.credential.user_id": user}); err != nil {
		return ec2Out{}, err
	}
	if err := unrestricted(c.Auth); err != nil {
		return ec2Out{}, err
	}
	body, err := c.Value()
	if err != nil {
		return ec2Out{}, err
	}
	d, _ := body.(schema.Dict)
	project := text(d, "tenant_id")
	var made Credential
	err = s.db.Update(func(tx *state.Tx) error {
		if !s.users.Has(tx, user) {
			return fail.Missing("user", user)
		}
		if !s.projects.Has(tx, project) {
			given, _ := d.Get("tenant_id")
			return fail.Missing("project", schema.Str(given))
		}
		if err := withinScope(c.Auth, project, outsideScope); err != nil {
			return err
		}
		if err := s.mayHaveAnother(tx, user); err != nil {
			return err
		}
		access := s.ids.Hex()
		var trust any
		if c.Auth.TrustID != "" {
			trust = c.Auth.TrustID
		}
		blob := schema.Dict{member("access", access), member("secret", s.ids.Hex()), member("trust_id", trust)}
		made = Credential{ID: accessKeyID(access), UserID: user, ProjectID: project, Type: ec2Type, Blob: blobText(blob)}
		s.secrets.Put(tx, made)
		return nil
	})
	return ec2Out{newEC2View(c, made)}, err
}

// ec2Of finds the EC2 credential of the path, which is the rule's target, so a missing one is found out first.
func (s *Service) ec2Of(c *httpapi.Call, r state.Reader) (Credential, error) {
	id := accessKeyID(c.Var("credential_id"))
	one, ok := s.secrets.Get(r, id)
	if !ok {
		return one, fail.Missing("credential", id)
	}
	if err := enforce(c, aboutCredential(one, true)); err != nil {
		return one, err
	}
	if !s.users.Has(r, c.Var("user_id")) {
		return one, fail.Missing("user", c.Var("user_id"))
	}
	if one.Type != ec2Type {
		return one, errNotAllowed
	}
	return one, withinScope(c.Auth, one.ProjectID, outsideScope)
}

// ec2Show serves GET /v3/users/{user_id}/credentials/OS-EC2/{credential_id}.
func (s *Service) ec2Show(c *httpapi.Call) (ec2Out, error) {
	one, err := s.ec2Of(c, s.db.View())
	if err != nil {
		return ec2Out{}, err
	}
	return ec2Out{newEC2View(c, one)}, nil
}

// ec2Delete serves DELETE /v3/users/{user_id}/credentials/OS-EC2/{credential_id}.
func (s *Service) ec2Delete(c *httpapi.Call) error {
	return s.db.Update(func(tx *state.Tx) error {
		one, err := s.ec2Of(c, tx)
		if err == nil {
			s.secrets.Delete(tx, one.ID)
		}
		return err
	})
}
