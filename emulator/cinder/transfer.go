package cinder

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Transfer offers a volume to whoever knows its key. It is gone once it is accepted.
type Transfer struct {
	ID            string
	VolumeID      string
	SourceProject string
	Name          *string
	Salt, Hash    string // of the key, which is told once
	NoSnapshots   bool   // they stay with their project
	CreatedAt     time.Time
}

// transferTables hold transfers.
type transferTables struct {
	transfers         shelf[Transfer]
	transfersByVolume *state.Index[Transfer]
}

func newTransferTables(db *state.DB) transferTables {
	t := transferTables{transfersByVolume: state.Order(func(a, b *Transfer) bool {
		return a.VolumeID < b.VolumeID || a.VolumeID == b.VolumeID && a.ID < b.ID
	}, nil)}
	t.transfers = newShelf(db, "cinder.transfers", func(t *Transfer) *string { return &t.ID },
		func(t *Transfer) place { return place{t.ID, t.SourceProject, t.CreatedAt} },
		func(p place) Transfer { return Transfer{ID: p.ID, SourceProject: p.Project, CreatedAt: p.CreatedAt} }, t.transfersByVolume)
	return t
}

// dropTransfersOf forgets the offers of a volume that is no more.
func (s *Service) dropTransfersOf(tx *state.Tx, volume string) {
	var ids []string
	for t := range s.transfersByVolume.Ascend(tx, Transfer{VolumeID: volume}) {
		if t.VolumeID != volume {
			break
		}
		ids = append(ids, t.ID)
	}
	for _, id := range ids {
		s.transfers.Delete(tx, id)
	}
}

// keyHash is what is kept of a transfer's key (transfer/api.py, _get_crypt_hash).
func keyHash(salt, key string) string {
	mac := hmac.New(sha1.New, []byte(salt))
	mac.Write([]byte(key))
	return hex.EncodeToString(mac.Sum(nil))
}

// transferFor finds a transfer of a volume of the caller's project, or any for an administrator.
func (s *Service) transferFor(c *httpapi.Call, r state.Reader, id string) (Transfer, error) {
	t, ok := s.transfers.Get(r, id)
	if ok && !isAdmin(c) {
		v, _ := s.volumes.Get(r, t.VolumeID)
		ok = v.ProjectID == c.Auth.ProjectID
	}
	if !ok {
		return Transfer{}, fail.Missing("transfer", id)
	}
	return t, nil
}

// transferView is a transfer on the wire (api/views/transfers.py); a summary has fewer fields.
type transferView struct {
	ID        string  `json:"id"`
	CreatedAt *stamp  `json:"created_at,omitempty"`
	Name      *string `json:"name"`
	VolumeID  string  `json:"volume_id"`
	AuthKey   string  `json:"auth_key,omitempty"` // once
	Links     []link  `json:"links"`

	NoSnapshots   *bool       `json:"no_snapshots,omitempty"`           // since 3.55
	SourceProject *nullString `json:"source_project_id,omitempty"`      // since 3.57, and so are the next two
	Destination   *nullString `json:"destination_project_id,omitempty"` // null: those that are accepted are not shown
	Accepted      *bool       `json:"accepted,omitempty"`
}

func transferBrief(c *httpapi.Call, t *Transfer) transferView {
	return transferView{ID: t.ID, Name: t.Name, VolumeID: t.VolumeID, Links: linksOf(c, "os-volume-transfer", t.ID)}
}

func transferFull(c *httpapi.Call, t *Transfer) transferView {
	v := transferBrief(c, t)
	at := stamp(t.CreatedAt)
	v.CreatedAt = &at
	if c.Version.AtLeast(mvTransferSnapshots) {
		v.NoSnapshots = &t.NoSnapshots
	}
	if c.Version.AtLeast(mvTransferHistory) {
		v.SourceProject, v.Destination, v.Accepted = orNull(t.SourceProject), orNull(""), new(bool)
	}
	return v
}
