package cinder

import (
	"net/http"
	"strconv"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// volumeEncryptionOf is how a volume is encrypted, by what there is to tell.
func (s *Service) volumeEncryptionOf(c *httpapi.Call) (map[string]any, error) {
	r := s.db.View()
	v, err := s.volumeKnownTo(c, r, c.Var("volume_id"))
	if err != nil {
		return nil, err
	}
	if err := c.Authorize(&v); err != nil {
		return nil, err
	}
	out := map[string]any{"encryption_key_id": textOrNil(v.EncryptionKeyID)}
	typ, _ := s.types.Get(r, v.TypeID)
	if e := typ.Encryption; e != nil {
		out["provider"], out["control_location"], out["cipher"], out["key_size"] = e.Provider, e.ControlLocation, e.Cipher, e.KeySize
	}
	return out, nil
}

// volumeEncryptionList serves GET /volumes/{volume_id}/encryption: whose type is not encrypted has no more than a key that
// is null. API reference: Block Storage v3, "Show a volume's encryption metadata".
func (s *Service) volumeEncryptionList(c *httpapi.Call) (map[string]any, error) {
	return s.volumeEncryptionOf(c)
}

// volumeEncryptionShow serves GET /volumes/{volume_id}/encryption/{key}. Upstream breaks on a key that is not there.
func (s *Service) volumeEncryptionShow(c *httpapi.Call) (httpapi.Reply, error) {
	all, err := s.volumeEncryptionOf(c)
	if err != nil {
		return httpapi.Reply{}, err
	}
	value, ok := all[c.Var("key")]
	if !ok {
		return httpapi.Reply{}, fail.New(fail.Invalid, badRequest)
	}
	reply, err := withoutBody(c, http.StatusOK, nil)
	switch value := value.(type) {
	case string:
		reply.Raw = []byte(value) // as it is: only objects become JSON
	case *string:
		reply.Raw = []byte(orZero(value))
	case *int:
		reply.Raw = []byte(strconv.Itoa(orZero(value)))
	}
	return reply, err
}
