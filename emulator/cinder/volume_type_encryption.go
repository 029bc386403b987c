package cinder

import (
	"net/http"
	"strconv"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Encryption is how volumes of a type are encrypted.
type Encryption struct {
	ID              string
	Provider        string
	ControlLocation string // "front-end" or "back-end"
	Cipher          *string
	KeySize         *int // bits
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// encryptionView is an encryption on the wire, all columns of upstream's table.
type encryptionView struct {
	CreatedAt       stamp   `json:"created_at"`
	UpdatedAt       stamp   `json:"updated_at"`
	DeletedAt       *stamp  `json:"deleted_at"`
	Deleted         bool    `json:"deleted"`
	ID              string  `json:"encryption_id"`
	Cipher          *string `json:"cipher"`
	KeySize         *int    `json:"key_size"`
	Provider        string  `json:"provider"`
	ControlLocation string  `json:"control_location"`
	VolumeTypeID    string  `json:"volume_type_id"`
}

func (t VolumeType) encryptionView() *encryptionView {
	e := t.Encryption
	return &encryptionView{
		CreatedAt: stamp(e.CreatedAt), UpdatedAt: stamp(e.UpdatedAt), ID: e.ID, Cipher: e.Cipher,
		KeySize: e.KeySize, Provider: e.Provider, ControlLocation: e.ControlLocation, VolumeTypeID: t.ID,
	}
}

func noEncryption(typeID string) error {
	return fail.New(fail.NotFound, "Volume type encryption for type %s does not exist.", typeID)
}

// encryptionShow serves GET /types/{type_id}/encryption: an empty object when volumes of the type are not encrypted.
// API reference: Block Storage v3, "Show an encryption type".
func (s *Service) encryptionShow(c *httpapi.Call) (any, error) {
	t, err := s.volumeTypeFor(c, s.db.View(), c.Var("type_id"))
	switch {
	case err != nil:
		return nil, err
	case t.Encryption == nil:
		return struct{}{}, nil
	}
	return t.encryptionView(), nil
}

// encryptionShowItem serves GET /types/{type_id}/encryption/{key}: one field of it.
// API reference: Block Storage v3, "Show encryption specs item".
func (s *Service) encryptionShowItem(c *httpapi.Call) (map[string]any, error) {
	t, err := s.volumeTypeFor(c, s.db.View(), c.Var("type_id"))
	switch {
	case err != nil:
		return nil, err
	case t.Encryption == nil:
		return nil, noEncryption(t.ID)
	}
	v, key := t.encryptionView(), c.Var("id")
	fields := map[string]any{
		"created_at": v.CreatedAt, "updated_at": v.UpdatedAt, "deleted_at": nil, "deleted": false, "encryption_id": v.ID,
		"cipher": v.Cipher, "key_size": v.KeySize, "provider": v.Provider, "control_location": v.ControlLocation,
		"volume_type_id": v.VolumeTypeID,
	}
	value, ok := fields[key]
	if !ok {
		return nil, noEncryption(t.ID)
	}
	return map[string]any{key: value}, nil
}

type encryptionIn struct {
	Encryption struct {
		Provider        *string        `json:"provider"`
		ControlLocation *string        `json:"control_location"`
		Cipher          maybe[string]  `json:"cipher"`
		KeySize         maybe[keyBits] `json:"key_size"`
	} `json:"encryption"`
}

// encryptionCreate serves POST /types/{type_id}/encryption. The answer is the request's body, with whatever else it
// holds, and the ids. API reference: Block Storage v3, "Create an encryption type".
func (s *Service) encryptionCreate(c *httpapi.Call, in encryptionIn) (schema.Value, error) {
	e := Encryption{ID: s.ids.UUID(), CreatedAt: s.clock.Now()}
	in.apply(&e)
	id := c.Var("type_id")
	_, err := s.changeType(id, func(tx *state.Tx, t *VolumeType) error {
		switch {
		case s.typeInUse(tx, id):
			return fail.New(fail.Invalid, "Cannot create encryption specs. Volume type in use.")
		case t.Encryption != nil:
			return fail.New(fail.Invalid, "Volume type encryption for type %s already exists.", t.ID)
		}
		t.Encryption = &e
		return nil
	})
	if err != nil {
		return nil, err
	}
	specs, err := echoEncryption(c)
	return schema.Dict{{"encryption", specs.With("volume_type_id", id).With("encryption_id", e.ID)}}, err
}

// encryptionUpdate serves PUT /types/{type_id}/encryption/{encryption_id}; the last segment counts for nothing. The
// answer is the request's body. API reference: Block Storage v3, "Update an encryption type".
//
// Quirk: a field that an encryption does not have breaks upstream (observed on release Zed).
func (s *Service) encryptionUpdate(c *httpapi.Call, in encryptionIn) (schema.Value, error) {
	specs, err := echoEncryption(c)
	if err != nil {
		return nil, err
	}
	_, err = s.changeType(c.Var("type_id"), func(tx *state.Tx, t *VolumeType) error {
		switch {
		case s.typeInUse(tx, t.ID):
			return fail.New(fail.Invalid, "Cannot update encryption specs. Volume type in use.")
		case t.Encryption == nil:
			return noEncryption(t.ID)
		}
		for _, p := range specs {
			switch p.Key {
			case "provider", "control_location", "cipher", "key_size":
			default:
				return &fail.Error{Kind: fail.Internal, Resource: "encryption", ID: p.Key}
			}
		}
		e := *t.Encryption
		in.apply(&e)
		e.UpdatedAt = s.clock.Now()
		t.Encryption = &e
		return nil
	})
	return schema.Dict{{"encryption", specs}}, err
}

// encryptionDelete serves DELETE /types/{type_id}/encryption/{encryption_id}; the last segment counts for nothing.
// API reference: Block Storage v3, "Delete an encryption type".
func (s *Service) encryptionDelete(c *httpapi.Call) (httpapi.Reply, error) {
	id := c.Var("type_id")
	if !s.types.Has(s.db.View(), id) {
		return httpapi.Reply{}, noEncryption(id)
	}
	_, err := s.changeType(id, func(tx *state.Tx, t *VolumeType) error {
		switch {
		case s.typeInUse(tx, id):
			return fail.New(fail.Invalid, "Cannot delete encryption specs. Volume type in use.")
		case t.Encryption == nil:
			return noEncryption(id)
		}
		t.Encryption = nil
		return nil
	})
	return withoutBody(c, http.StatusAccepted, err)
}

// apply writes what a body says of an encryption.
func (in encryptionIn) apply(e *Encryption) {
	asked := in.Encryption
	if asked.Provider != nil {
		e.Provider = *asked.Provider
	}
	if asked.ControlLocation != nil {
		e.ControlLocation = *asked.ControlLocation
	}
	if asked.Cipher.Given {
		e.Cipher = asked.Cipher.Value
	}
	if asked.KeySize.Given {
		e.KeySize = (*int)(asked.KeySize.Value)
	}
}

// echoEncryption is the body's encryption, with its key size as a number.
func echoEncryption(c *httpapi.Call) (schema.Dict, error) {
	specs, err := objectIn(c, "encryption")
	if err != nil {
		return nil, err
	}
	if size, _ := specs.Get("key_size"); size != nil {
		if n, err := strconv.Atoi(schema.Str(size)); err == nil {
			specs = specs.With("key_size", n)
		}
	}
	return specs, nil
}

// keyBits is a number of bits that may come as a string.
type keyBits int

// UnmarshalValue reads 256 or "256".
func (k *keyBits) UnmarshalValue(v schema.Value) error {
	n, err := strconv.Atoi(schema.Str(v))
	*k = keyBits(n)
	return err
}

// keySizeFormat is the string format "key_size" of schemas: a number, in whatever type, without spaces or zeros before it.
func keySizeFormat(v schema.Value) error {
	if v == nil {
		return nil
	}
	text := schema.Str(v)
	if n, err := strconv.Atoi(text); err != nil || strconv.Itoa(n) != text {
		return schema.Raise(fail.New(fail.Invalid, "Invalid input received: key_size must be an integer."))
	}
	return nil
}
