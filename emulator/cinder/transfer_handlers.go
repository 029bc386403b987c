package cinder

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/schema"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// Request schemas of transfers (cinder/api/schemas/volume_transfer.py).
var (
	schemaNewTransfer = schema.Dict{
		{"volume_id", schemaUUID},
		{"name", schema.Dict{{"oneOf", schema.List{
			schema.Dict{{"type", "string"}, {"format", "name_skip_leading_trailing_spaces"}},
			schema.Dict{{"type", "null"}},
		}}}},
	}
	schemaTransferCreate    = envelope("transfer", closed(schemaNewTransfer, "volume_id"))
	schemaTransferCreate355 = envelope("transfer", closed(schemaNewTransfer.With("no_snapshots", schemaBoolean), "volume_id"))
	schemaTransferAccept    = envelope("accept", closed(schema.Dict{
		{"auth_key", schema.Dict{{"type", schema.List{"string", "integer"}}}},
	}, "auth_key"))
)

type transferOut struct {
	Transfer transferView `json:"transfer"`
}

// transferShow serves GET /volume-transfers/{id}. API reference: Block Storage v3, "Show volume transfer detail".
func (s *Service) transferShow(c *httpapi.Call) (transferOut, error) {
	t, err := s.transferFor(c, s.db.View(), c.Var("id"))
	return transferOut{transferFull(c, &t)}, err
}

type transferCreateIn struct {
	Transfer struct {
		VolumeID    string  `json:"volume_id"`
		Name        *string `json:"name"`
		NoSnapshots boolish `json:"no_snapshots"`
	} `json:"transfer"`
}

// transferCreateOld serves POST /os-volume-transfer. API reference: Block Storage v3, "Create a volume transfer".
func (s *Service) transferCreateOld(c *httpapi.Call, in transferCreateIn) (transferOut, error) {
	return s.createTransfer(c, in, false)
}

// transferCreate serves POST /volume-transfers, which knows more. API reference: Block Storage v3, "Create a volume
// transfer", since 3.55.
func (s *Service) transferCreate(c *httpapi.Call, in transferCreateIn) (transferOut, error) {
	return s.createTransfer(c, in, c.Version.AtLeast(mvTransferEncrypted))
}

func (s *Service) createTransfer(c *httpapi.Call, in transferCreateIn, encrypted bool) (transferOut, error) {
	asked := &in.Transfer
	v, err := s.volumeKnownTo(c, s.db.View(), asked.VolumeID)
	if err != nil {
		return transferOut{}, err
	}
	if err := c.Authorize(&v); err != nil {
		return transferOut{}, err
	}
	t := Transfer{
		ID: s.ids.UUID(), VolumeID: v.ID, SourceProject: v.ProjectID, NoSnapshots: bool(asked.NoSnapshots), Salt: s.ids.Hex()[:8], CreatedAt: c.Now,
	}
	if asked.Name != nil {
		name := strings.TrimSpace(*asked.Name)
		t.Name = &name
	}
	key := s.ids.Hex()[:16]
	t.Hash = keyHash(t.Salt, key)
	_, err = s.changeVolume(v.ID, func(tx *state.Tx, v *Volume) error {
		if err := s.checkTransfer(tx, v, &t, encrypted); err != nil {
			return err
		}
		v.Status = StatusAwaitingTransfer
		s.transfers.Put(tx, t)
		return nil
	})
	if err != nil {
		return transferOut{}, err
	}
	out := transferOut{transferFull(c, &t)}
	out.Transfer.AuthKey = key
	return out, nil
}

// checkTransfer tells whether a volume can be offered (transfer/api.py, create).
func (s *Service) checkTransfer(r state.Reader, v *Volume, t *Transfer, encrypted bool) error {
	switch {
	case v.Status != StatusAvailable:
		return invalidVolume("status must be available")
	case v.EncryptionKeyID != "" && !encrypted:
		return invalidVolume("transferring encrypted volume is not supported")
	case v.EncryptionKeyID != "" && t.NoSnapshots:
		return invalidVolume("transferring an encrypted volume without its snapshots is not supported")
	case t.NoSnapshots:
		return nil
	}
	for _, sn := range s.snapshotsOf(r, v.ID) {
		if sn.Status != SnapshotAvailable {
			return invalidSnapshot("snapshot: " + sn.ID + " status must be available")
		}
	}
	return nil
}

type transferAcceptIn struct {
	Accept struct {
		AuthKey keyText `json:"auth_key"`
	} `json:"accept"`
}

// keyText is a key of a body, which may be a number.
type keyText string

// UnmarshalValue reads both forms.
func (k *keyText) UnmarshalValue(v schema.Value) error {
	*k = keyText(schema.Str(v))
	return nil
}

// transferAccept serves POST /volume-transfers/{id}/accept: the volume is the caller's. API reference: Block Storage v3,
// "Accept a volume transfer".
func (s *Service) transferAccept(c *httpapi.Call, in transferAcceptIn) (transferOut, error) {
	id := c.Var("id")
	t, ok := s.transfers.Get(s.db.View(), id)
	if !ok {
		return transferOut{}, fail.Missing("transfer", id)
	}
	if keyHash(t.Salt, string(in.Accept.AuthKey)) != t.Hash {
		return transferOut{}, fail.New(fail.Invalid, "Invalid auth key: Attempt to transfer %s with invalid auth key.", id)
	}
	_, err := s.changeVolume(t.VolumeID, func(tx *state.Tx, v *Volume) error {
		if _, ok := s.transfers.Get(tx, id); !ok {
			return fail.Missing("transfer", id)
		}
		if err := s.handOver(tx, c, &t, v); err != nil {
			return err
		}
		s.transfers.Delete(tx, id)
		return nil
	})
	return transferOut{transferBrief(c, &t)}, err
}

// handOver gives a volume, and its snapshots unless they stay, to the caller's project, if that may have so much
// (transfer/api.py, accept).
func (s *Service) handOver(tx *state.Tx, c *httpapi.Call, t *Transfer, v *Volume) error {
	typ, _ := s.types.Get(tx, v.TypeID)
	adding := quotaDeltas{Volumes: 1, Gigabytes: v.Size, PerVolume: v.Size}
	if err := s.checkQuota(tx, c.Auth.ProjectID, typ, adding); err != nil {
		return withoutClassOfSize(err)
	}
	was := v.Status
	v.Status, v.ProjectID, v.UserID, v.UpdatedAt = StatusAvailable, c.Auth.ProjectID, c.Auth.UserID, s.clock.Now()
	s.putVolume(tx, *v)
	var snapshots []Snapshot
	if !t.NoSnapshots {
		snapshots = s.snapshotsOf(tx, v.ID)
	}
	more := quotaDeltas{Snapshots: len(snapshots)}
	for _, sn := range snapshots {
		more.Gigabytes += sn.Size
	}
	if err := s.checkQuota(tx, c.Auth.ProjectID, typ, more); err != nil {
		return withoutClassOfSize(err)
	}
	switch was {
	case StatusMaintenance:
		return invalidVolume("The volume cannot accept transfer in maintenance mode.")
	case StatusAwaitingTransfer:
	default:
		return invalidVolume("Transfer " + t.ID + ": Volume id " + v.ID + " expected in awaiting-transfer state.")
	}
	for _, sn := range snapshots {
		if sn.Status != SnapshotAvailable {
			return invalidSnapshot("Transfer " + t.ID + ": Snapshot " + sn.ID + " is not in the expected available state.")
		}
		sn.ProjectID, sn.UserID, sn.UpdatedAt = v.ProjectID, v.UserID, v.UpdatedAt
		s.putSnapshot(tx, sn)
	}
	return nil
}

// withoutClassOfSize takes the name of upstream's exception from a refusal for want of gigabytes, as accepting does.
func withoutClassOfSize(err error) error {
	var refusal *fail.Error
	if errors.As(err, &refusal) && strings.HasPrefix(refusal.Text, "VolumeSizeExceedsAvailableQuota: ") {
		return withoutClass(err)
	}
	return err
}

// transferDelete serves DELETE /volume-transfers/{id}. API reference: Block Storage v3, "Delete a volume transfer".
func (s *Service) transferDelete(c *httpapi.Call) (httpapi.Reply, error) {
	t, err := s.transferFor(c, s.db.View(), c.Var("id"))
	if err != nil {
		return httpapi.Reply{}, err
	}
	v, err := s.volumeKnownTo(c, s.db.View(), t.VolumeID)
	if err != nil {
		return httpapi.Reply{}, err
	}
	if err := c.Authorize(&v); err != nil {
		return httpapi.Reply{}, err
	}
	err = s.db.Update(func(tx *state.Tx) error {
		if v, ok := s.volumes.Get(tx, t.VolumeID); ok && v.Status == StatusAwaitingTransfer {
			v.Status, v.UpdatedAt = StatusAvailable, s.clock.Now()
			s.putVolume(tx, v)
		}
		s.transfers.Delete(tx, t.ID)
		return nil
	})
	return withoutBody(c, http.StatusAccepted, err)
}

type transfersOut struct {
	Transfers []transferView `json:"transfers"`
	Links     []link         `json:"transfers_links,omitempty"`
}

// transferList serves GET /volume-transfers. API reference: Block Storage v3, "List volume transfers for a project".
func (s *Service) transferList(c *httpapi.Call) (transfersOut, error) {
	return s.listTransfers(c, true, transferBrief)
}

// transferListDetail serves GET /volume-transfers/detail. API reference: Block Storage v3, "List volume transfers, with
// details".
func (s *Service) transferListDetail(c *httpapi.Call) (transfersOut, error) {
	return s.listTransfers(c, true, transferFull)
}

// transferListOld serves GET /os-volume-transfer, transferListDetailOld its detail; they know no paging.
func (s *Service) transferListOld(c *httpapi.Call) (transfersOut, error) {
	return s.listTransfers(c, false, transferBrief)
}

func (s *Service) transferListDetailOld(c *httpapi.Call) (transfersOut, error) {
	return s.listTransfers(c, false, transferFull)
}

// listTransfers is the list.
//
// Quirk: where paging is not known, its parameters are filters that nothing passes; where it is, the offset counts twice,
// for the page is cut again (observed on release Zed; api/v3/volume_transfer.py).
func (s *Service) listTransfers(c *httpapi.Call, pages bool, view func(*httpapi.Call, *Transfer) transferView) (transfersOut, error) {
	out := transfersOut{Transfers: []transferView{}}
	q := listQuery[Transfer]{project: c.Auth.ProjectID, sort: []sortSpec{{"created_at", "asc"}, {"id", "asc"}}}
	r := s.db.View()
	params := paramsOf(c)
	again, err := s.pagingOf(c)
	pages = pages && c.Version.AtLeast(mvTransferPagination)
	if pages {
		if q.paging = again; err != nil {
			return out, err
		}
		if q.sort, err = sortingOf(c, "created_at"); err != nil {
			return out, err
		}
		params = slices.DeleteFunc(params, isPagingParam)
	}
	q.Limit = max(q.Limit, btoi(!pages)*s.cfg.MaxLimit)
	for _, p := range params {
		switch p.Name {
		case "all_tenants":
			if isAdmin(c) && looksTrue(p.Value) {
				q.project = ""
			}
			continue
		case "name":
			p.Name = "display_name"
		}
		condition, err := wordCondition(transferFields, p)
		if err != nil {
			return out, err
		}
		q.require(condition)
	}
	var marker *Transfer
	if q.HasMarker {
		t, err := s.transferFor(c, r, q.Marker)
		if err != nil {
			return out, err
		}
		marker = &t
	}
	page, sortErr := s.transfers.page(r, q, transferFields.ordering(), marker)
	if sortErr != nil || err != nil {
		return out, firstOfErrors(sortErr, err)
	}
	count := len(page)
	page = page[min(again.Offset, count):]
	for i := range page {
		out.Transfers = append(out.Transfers, view(c, &page[i]))
	}
	if len(page) > 0 {
		out.Links = s.nextLink(c, "os-volume-transfer", page[len(page)-1].ID, count)
	}
	return out, nil
}

func firstOfErrors(errs ...error) error {
	i := slices.IndexFunc(errs, func(err error) bool { return err != nil })
	return errs[i]
}

// transferFields are the columns of upstream's table of transfers.
var transferFields = columns[Transfer]{
	"id":                     func(t *Transfer) any { return t.ID },
	"volume_id":              func(t *Transfer) any { return t.VolumeID },
	"display_name":           func(t *Transfer) any { return textOf(t.Name) },
	"salt":                   func(t *Transfer) any { return t.Salt },
	"crypt_hash":             func(t *Transfer) any { return t.Hash },
	"expires_at":             func(*Transfer) any { return nil },
	"no_snapshots":           func(t *Transfer) any { return t.NoSnapshots },
	"source_project_id":      func(t *Transfer) any { return t.SourceProject },
	"destination_project_id": func(*Transfer) any { return nil },
	"accepted":               func(*Transfer) any { return false },
	"created_at":             func(t *Transfer) any { return t.CreatedAt },
	"updated_at":             func(*Transfer) any { return nil },
	"project_id":             func(t *Transfer) any { return t.SourceProject },
}
