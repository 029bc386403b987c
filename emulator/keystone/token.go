package keystone

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/fernet/fernet-go"

	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// token is what a token says by itself. Whether it is still worth anything is another question, see validate.
type token struct {
	Methods      methods
	UserID       string
	Scope        scope
	CredentialID string // application credential that it came from
	TrustID      string // trust that it came from
	AccessToken  string // OAuth 1 access token that it came from
	Serial       uint64 // of the last revocation before it was made
	AuditID      auditID
	Parent       auditID // the first token of the chain, when this one was made from another; else zero
	IssuedAt     time.Time
	ExpiresAt    time.Time
}

// scope is what a token is for: one target, or nothing when its Kind is "".
type scope = target

// auditID identifies a token without giving it away.
type auditID [16]byte

func (id auditID) String() string { return base64.RawURLEncoding.EncodeToString(id[:]) }

// auditIDs are a token's own and, for one made from another, that of the first.
func (t *token) auditIDs() []string {
	if t.Parent == (auditID{}) {
		return []string{t.AuditID.String()}
	}
	return []string{t.AuditID.String(), t.Parent.String()}
}

// chain is what all tokens made from one another share.
func (t *token) chain() auditID {
	if t.Parent == (auditID{}) {
		return t.AuditID
	}
	return t.Parent
}

// methods is a set of ways to authenticate.
type methods byte

// The methods that upstream has, in its order; the last is not offered unless the settings say so, and those that are
// not emulated are still named in answers.
const (
	byExternal methods = 1 << iota
	byPassword
	byToken
	byOAuth1
	byMapped
	byApplicationCredential
	byTOTP
)

// methodNames lists the methods' names, by bit.
func methodNames() []string {
	return []string{"external", "password", "token", "oauth1", "mapped", "application_credential", "totp"}
}

func (m methods) names() []string {
	var names []string
	for i, name := range methodNames() {
		if m&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// The payload of a token is packed, because headers are short of room: a version, the methods, a byte of flags, the
// expiry, audit ids, then ids. An id of 32 hexadecimal digits takes 17 bytes. The time of issue is Fernet's own.
const payloadVersion = 1

// Flags of a payload: the kind of scope in two bits, then what else there is.
const (
	unscoped byte = iota
	projectScope
	domainScope
	systemScope
	scopeBits     byte = 3
	hasParent     byte = 4
	hasCredential byte = 8
	hasTrust      byte = 16
	hasSerial     byte = 32
	hasAccess     byte = 64
	allFlags           = scopeBits | hasParent | hasCredential | hasTrust | hasSerial | hasAccess
)

func (t *token) pack() []byte {
	flags := unscoped
	switch t.Scope.Kind {
	case onProject:
		flags = projectScope
	case onDomain:
		flags = domainScope
	case onSystem:
		flags = systemScope
	}
	if t.Parent != (auditID{}) {
		flags |= hasParent
	}
	if t.CredentialID != "" {
		flags |= hasCredential
	}
	if t.TrustID != "" {
		flags |= hasTrust
	}
	if t.Serial != 0 {
		flags |= hasSerial
	}
	if t.AccessToken != "" {
		flags |= hasAccess
	}
	b := append(make([]byte, 0, 96), payloadVersion, byte(t.Methods), flags)
	b = binary.AppendUvarint(b, uint64(t.ExpiresAt.Unix()))
	b = append(b, t.AuditID[:]...)
	if flags&hasParent != 0 {
		b = append(b, t.Parent[:]...)
	}
	b = appendID(b, t.UserID)
	if t.Scope.Kind == onProject || t.Scope.Kind == onDomain {
		b = appendID(b, t.Scope.ID)
	}
	if flags&hasCredential != 0 {
		b = appendID(b, t.CredentialID)
	}
	if flags&hasTrust != 0 {
		b = appendID(b, t.TrustID)
	}
	if flags&hasAccess != 0 {
		b = appendID(b, t.AccessToken)
	}
	if flags&hasSerial != 0 {
		b = binary.AppendUvarint(b, t.Serial)
	}
	return b
}

var errPayload = errors.New("not a payload")

// unpack reads what pack wrote, and refuses anything else.
func unpack(b []byte) (token, error) {
	var t token
	if len(b) < 3 || b[0] != payloadVersion || b[2]&^allFlags != 0 {
		return t, errPayload
	}
	t.Methods = methods(b[1])
	flags := b[2]
	b = b[3:]
	expiry, n := binary.Uvarint(b)
	if n <= 0 || expiry > 1<<40 {
		return t, errPayload
	}
	t.ExpiresAt = time.Unix(int64(expiry), 0).UTC()
	b = b[n:]
	ok := true
	b, ok = takeAudit(b, &t.AuditID, ok)
	if flags&hasParent != 0 {
		b, ok = takeAudit(b, &t.Parent, ok)
	}
	b, ok = takeID(b, &t.UserID, ok)
	switch flags & scopeBits {
	case projectScope:
		t.Scope.Kind = onProject
		b, ok = takeID(b, &t.Scope.ID, ok)
	case domainScope:
		t.Scope.Kind = onDomain
		b, ok = takeID(b, &t.Scope.ID, ok)
	case systemScope:
		t.Scope.Kind = onSystem
	}
	if flags&hasCredential != 0 {
		b, ok = takeID(b, &t.CredentialID, ok)
	}
	if flags&hasTrust != 0 {
		b, ok = takeID(b, &t.TrustID, ok)
	}
	if flags&hasAccess != 0 {
		b, ok = takeID(b, &t.AccessToken, ok)
	}
	if flags&hasSerial != 0 && ok {
		if t.Serial, n = binary.Uvarint(b); n <= 0 {
			return t, errPayload
		}
		b = b[n:]
	}
	if !ok || len(b) != 0 {
		return t, errPayload
	}
	return t, nil
}

// appendID writes 0 and sixteen bytes for an id of 32 hexadecimal digits, and the length and the id for any other.
func appendID(b []byte, id string) []byte {
	var raw [16]byte
	if len(id) == 32 && isLowerHex(id) {
		_, _ = hex.Decode(raw[:], []byte(id))
		return append(append(b, 0), raw[:]...)
	}
	return append(append(b, byte(len(id))), id...)
}

func isLowerHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func takeID(b []byte, into *string, ok bool) ([]byte, bool) {
	switch {
	case !ok || len(b) == 0:
		return nil, false
	case b[0] == 0 && len(b) >= 17:
		*into = hex.EncodeToString(b[1:17])
		return b[17:], true
	case b[0] != 0 && len(b) > int(b[0]):
		*into = string(b[1 : 1+b[0]])
		return b[1+b[0]:], true
	}
	return nil, false
}

func takeAudit(b []byte, into *auditID, ok bool) ([]byte, bool) {
	if !ok || len(b) < len(into) {
		return nil, false
	}
	copy(into[:], b)
	return b[len(into):], true
}

// tokenKey seals tokens. The newest key makes tokens, and all of them open tokens. Keys are part of the state, so that
// whatever shares a state shares its tokens.
type tokenKey struct {
	ID     string
	Secret fernet.Key
}

// RenewTokenKeys draws a key in place of all that there are. Tokens made before are worth nothing any more.
func (s *Service) RenewTokenKeys() error {
	return s.db.Update(func(tx *state.Tx) error {
		for _, key := range slices.Collect(s.keys.All(tx)) {
			s.keys.Delete(tx, key.ID)
		}
		key := tokenKey{ID: "0000"}
		_, _ = s.ids.Read(key.Secret[:]) // never fails
		s.keys.Put(tx, key)
		return nil
	})
}

// maxToken bounds what is looked at as a token at all; the longest that can be made is shorter.
const maxToken = 512

// seal makes the string that a client gets. Fernet draws an initialisation vector from the machine, so two runs from
// one seed give different strings for the same token.
func (s *Service) seal(r state.Reader, t *token) (string, error) {
	key, _ := s.keys.Last(r)
	sealed, err := fernet.EncryptAndSignAtTime(t.pack(), &key.Secret, t.IssuedAt)
	if err != nil {
		return "", err
	}
	for len(sealed) > 0 && sealed[len(sealed)-1] == '=' { // upstream takes the padding off
		sealed = sealed[:len(sealed)-1]
	}
	return string(sealed), nil
}

// open reads a string that seal made, or fails.
func (s *Service) open(r state.Reader, sealed string) (token, error) {
	if len(sealed) > maxToken {
		return token{}, errPayload
	}
	head, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil || len(head) < 9 {
		return token{}, errPayload
	}
	padded := append(make([]byte, 0, len(sealed)+2), sealed...)
	for len(padded)%4 != 0 {
		padded = append(padded, '=')
	}
	for key := range s.keys.All(r) {
		payload := fernet.VerifyAndDecrypt(padded, 0, []*fernet.Key{&key.Secret})
		if payload == nil {
			continue
		}
		t, err := unpack(payload)
		t.IssuedAt = time.Unix(int64(binary.BigEndian.Uint64(head[1:9])), 0).UTC()
		return t, err
	}
	return token{}, errPayload
}
