package keystone

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Credential is a secret of some type that a user keeps here: EC2 access keys, seeds of one-time passwords, others.
type Credential struct {
	ID        string
	UserID    string
	ProjectID string
	Type      string
	Blob      string
	Extra     map[string]any
}

const ec2Type = "ec2"

func (c *Credential) attribute(name string) (any, bool) {
	switch name {
	case "user_id":
		return c.UserID, true
	case "type":
		return c.Type, true
	}
	return nil, false
}

func credentialAttributes() []string { return []string{"id", "user_id", "project_id", "type", "blob"} }

// secretView is a credential as the API shows it.
type secretView struct {
	ID        string   `json:"id"`
	UserID    string   `json:"user_id"`
	ProjectID *string  `json:"project_id"`
	Type      string   `json:"type"`
	Blob      string   `json:"blob"`
	Links     selfLink `json:"links"`

	extra map[string]any
}

func (v secretView) MarshalJSON() ([]byte, error) {
	type plain secretView
	return withExtra(v.extra, plain(v))
}

func newSecretView(c Credential, collection string) secretView {
	return secretView{c.ID, c.UserID, orNull(c.ProjectID), c.Type, c.Blob, selfLink{collection + "/" + c.ID}, c.Extra}
}

// accessKeyID is the id of the credential that has an EC2 access key.
func accessKeyID(access string) string {
	sum := sha256.Sum256([]byte(access))
	return hex.EncodeToString(sum[:])
}

// ec2Blob reads what an EC2 credential keeps.
func ec2Blob(blob string) (schema.Dict, error) {
	v, err := schema.Decode([]byte(blob))
	if err != nil {
		return nil, fail.New(fail.Invalid, "Invalid blob in credential")
	}
	d, ok := v.(schema.Dict)
	if !ok || len(d) == 0 {
		return nil, expecting("blob", "credential")
	}
	if access, _ := d.Get("access"); access == nil {
		return nil, expecting("access", "credential")
	}
	return d, nil
}

func aboutCredential(c Credential, ok bool) map[string]any {
	if !ok {
		return nil
	}
	return map[string]any{
		"target.credential.id": c.ID, "target.credential.user_id": c.UserID, "target.credential.project_id": nullable(c.ProjectID),
	}
}

// delegated tells whether a token acts for somebody: by a trust, or by an application credential.
func delegated(id *httpapi.Identity) bool {
	return id.Delegated()
}

// withinScope keeps tokens that act for somebody to credentials of their own project.
func withinScope(id *httpapi.Identity, project, what string) error {
	if delegated(id) && project != id.ProjectID {
		return forbidden(what + " project does not match the project scope of the delegated token")
	}
	return nil
}

// mayHaveAnother refuses more credentials than a user may have.
func (s *Service) mayHaveAnother(r state.Reader, user string) error {
	limit := s.conf.Credential.UserLimit
	if limit == nil || *limit < 0 {
		return nil
	}
	n := 0
	for c := range s.secrets.All(r) {
		if c.UserID == user {
			n++
		}
	}
	if n >= *limit {
		return fail.New(fail.Forbidden, "Unable to create additional credentials, maximum of %d already exceeded for user.", *limit)
	}
	return nil
}

// blobText writes a blob as upstream's json.dumps does.
func blobText(d schema.Dict) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, p := range d {
		if i > 0 {
			b.WriteString(", ")
		}
		writeJSON(&b, p.Key)
		b.WriteString(": ")
		writeJSON(&b, p.Value)
	}
	b.WriteByte('}')
	return b.String()
}
