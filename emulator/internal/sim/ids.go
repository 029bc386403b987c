package sim

import (
	crand "crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"sync"
)

// IDs is a cloud's one source of ids and chance. The same seed and the same calls give the same values. It is safe for
// concurrent use.
type IDs struct {
	mu     sync.Mutex // guards source
	source *rand.ChaCha8
}

// NewIDs makes a source from a seed; a zero seed is drawn from the machine.
func NewIDs(seed uint64) *IDs {
	var key [32]byte
	if seed == 0 {
		_, _ = crand.Read(key[:]) // never fails
	} else {
		binary.LittleEndian.PutUint64(key[:], seed)
	}
	return &IDs{source: rand.NewChaCha8(key)}
}

// NewIDsAgain makes a source from a seed that gives other values than those that NewIDs, or NewIDsAgain with another number,
// makes from it.
func NewIDsAgain(seed, again uint64) *IDs {
	if seed == 0 {
		return NewIDs(0)
	}
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	binary.LittleEndian.PutUint64(key[8:], again)
	return &IDs{source: rand.NewChaCha8(key)}
}

// MarshalBinary writes what the source will give.
func (s *IDs) MarshalBinary() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.source.MarshalBinary()
}

// UnmarshalBinary makes the source give what another would have given.
func (s *IDs) UnmarshalBinary(b []byte) error {
	source := new(rand.ChaCha8)
	if err := source.UnmarshalBinary(b); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.source = source
	return nil
}

// Fork is a source that gives from now on what this one would give.
func (s *IDs) Fork() *IDs {
	s.mu.Lock()
	defer s.mu.Unlock()
	source := *s.source
	return &IDs{source: &source}
}

// Restore makes the source give from now on what another would give.
func (s *IDs) Restore(from *IDs) {
	source := from.Fork().source
	s.mu.Lock()
	defer s.mu.Unlock()
	s.source = source
}

// Read fills p; it never fails.
func (s *IDs) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.source.Read(p)
}

// Float is a number in [0, 1).
func (s *IDs) Float() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return rand.New(s.source).Float64()
}

// UUID is a random version 4 UUID with dashes, as volumes and images have.
func (s *IDs) UUID() string {
	h := s.Hex()
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Hex is a random version 4 UUID as 32 digits, as projects and users have.
func (s *IDs) Hex() string {
	var b [16]byte
	_, _ = s.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return hex.EncodeToString(b[:])
}

// Request is a request id.
func (s *IDs) Request() string { return "req-" + s.UUID() }
