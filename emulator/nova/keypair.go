package nova

import (
	"iter"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/policy"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// KeyType is what a key pair is for: logging in to a machine, or to one that runs Windows.
type KeyType string

// The types.
const (
	KeyTypeSSH  KeyType = "ssh"
	KeyTypeX509 KeyType = "x509"
)

// KeyPair is the public half of a user's key, by its name. It belongs to no project.
type KeyPair struct {
	Key         string // the user's id, a slash, the name
	Number      int    // counts the key pairs of the cloud
	UserID      string
	Name        string
	Type        KeyType
	PublicKey   string
	Fingerprint string
	CreatedAt   time.Time
}

func keyOf(user, name string) string { return user + "/" + name }

func newKeyPairTable(db *state.DB) *state.Table[KeyPair] {
	return state.Add(db, "nova.keypairs", func(k *KeyPair) *string { return &k.Key })
}

// keyPairsOf yields the key pairs of a user by their names.
func (s *Service) keyPairsOf(r state.Reader, user string) iter.Seq[KeyPair] {
	return func(yield func(KeyPair) bool) {
		for k := range s.keypairs.WithPrefix(r, keyOf(user, "")) {
			if k.UserID == user && !yield(k) {
				return
			}
		}
	}
}

func (s *Service) keyPairFor(r state.Reader, user, name string) (KeyPair, error) {
	k, ok := s.keypairs.Get(r, keyOf(user, name))
	if !ok || k.UserID != user {
		return k, fail.New(fail.NotFound, "Keypair %s not found for user %s", name, user)
	}
	return k, nil
}

// roomForKeyPair holds one more key pair against the quota of its user.
func (s *Service) roomForKeyPair(r state.Reader, user string) error {
	have := 0
	for range s.keyPairsOf(r, user) {
		have++
	}
	if have >= quotas["key_pairs"] {
		return fail.New(fail.Forbidden, "Quota exceeded, too many key pairs.")
	}
	return nil
}

// ownerAsked is the user whose key pairs a request is about, since 2.10 perhaps another than the one who asks, and asks the
// operation's rule.
func ownerAsked(c *httpapi.Call, asked string) (string, error) {
	user := c.Auth.UserID
	if asked != "" && c.Version.AtLeast(mvKeyPairOwner) {
		user = asked
	}
	return user, c.Authorize(policy.Map{"user_id": user})
}

// keyPairView is a key pair on the wire: lists have the first of its fields, and Shown only the answer to show.
type keyPairView struct {
	Name        string  `json:"name"`
	PublicKey   string  `json:"public_key"`
	Fingerprint string  `json:"fingerprint"`
	Type        KeyType `json:"type,omitempty"` // since 2.2
	UserID      string  `json:"user_id,omitempty"`
	PrivateKey  string  `json:"private_key,omitempty"`
	*keyPairShown
}

type keyPairShown struct {
	ID        int     `json:"id"`
	CreatedAt moment  `json:"created_at"`
	UpdatedAt *string `json:"updated_at"`
	Deleted   bool    `json:"deleted"`
	DeletedAt *string `json:"deleted_at"`
}

func newKeyPairView(c *httpapi.Call, k KeyPair) keyPairView {
	v := keyPairView{Name: k.Name, PublicKey: k.PublicKey, Fingerprint: k.Fingerprint}
	if c.Version.AtLeast(mvKeyPairType) {
		v.Type = k.Type
	}
	return v
}
