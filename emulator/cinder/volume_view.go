package cinder

import (
	"strconv"

	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// volumeView is a volume on the wire (api/v3/views/volumes.py, and the extensions that add to it). What is left out
// depends on the microversion and on who asks.
type volumeView struct {
	ID                 string            `json:"id"`
	Status             Status            `json:"status"`
	Size               int               `json:"size"`
	AvailabilityZone   nullString        `json:"availability_zone"`
	CreatedAt          stamp             `json:"created_at"`
	UpdatedAt          stamp             `json:"updated_at"`
	Name               *string           `json:"name"`
	Description        *string           `json:"description"`
	VolumeType         nullString        `json:"volume_type"`
	SnapshotID         nullString        `json:"snapshot_id"`
	SourceVolID        nullString        `json:"source_volid"`
	Metadata           map[string]string `json:"metadata"`
	Links              []link            `json:"links"`
	UserID             string            `json:"user_id"`
	Bootable           string            `json:"bootable"` // a boolean in quotes
	Encrypted          bool              `json:"encrypted"`
	ReplicationStatus  *string           `json:"replication_status"`
	ConsistencyGroupID *string           `json:"consistencygroup_id"`
	Multiattach        bool              `json:"multiattach"`
	Attachments        []attachmentView  `json:"attachments"`

	MigrationStatus *nullString `json:"migration_status,omitempty"`
	GroupID         *nullString `json:"group_id,omitempty"`
	ProviderID      *nullString `json:"provider_id,omitempty"`
	SharedTargets   *bool       `json:"shared_targets,omitempty"`
	ServiceUUID     *nullString `json:"service_uuid,omitempty"`
	ClusterName     *nullString `json:"cluster_name,omitempty"`
	VolumeTypeID    *nullString `json:"volume_type_id,omitempty"`
	EncryptionKeyID string      `json:"encryption_key_id,omitempty"`
	ConsumesQuota   *bool       `json:"consumes_quota,omitempty"`

	TenantID          string            `json:"os-vol-tenant-attr:tenant_id,omitempty"`
	MigrationStatAttr *nullString       `json:"os-vol-mig-status-attr:migstat,omitempty"`
	MigrationNameID   *nullString       `json:"os-vol-mig-status-attr:name_id,omitempty"`
	Host              *nullString       `json:"os-vol-host-attr:host,omitempty"`
	ImageMetadata     map[string]string `json:"volume_image_metadata,omitempty"`
}

// volumeViews makes views for one call, having asked once what it may show.
type volumeViews struct {
	s     *Service
	c     *httpapi.Call
	r     state.Reader
	admin bool
	types map[string]string // names by id, as they are met

	tenant, migration, host, image bool
}

// viewsFor prepares views of volumes as show and detail give them; create and update show less, see core.
func (s *Service) viewsFor(c *httpapi.Call, r state.Reader) *volumeViews {
	return &volumeViews{
		s: s, c: c, r: r, admin: isAdmin(c), types: map[string]string{},
		tenant:    c.May("volume_extension:volume_tenant_attribute", nil),
		migration: c.May("volume_extension:volume_mig_status_attribute", nil),
		host:      c.May("volume_extension:volume_host_attribute", nil),
		image:     c.May("volume_extension:volume_image_metadata:show", nil),
	}
}

// full is a volume as show and detail give it.
func (b *volumeViews) full(v *Volume) volumeView {
	view := b.core(v)
	view.Metadata = v.visibleMetadata()
	if b.tenant {
		view.TenantID = v.ProjectID
	}
	if b.migration {
		view.MigrationStatAttr, view.MigrationNameID = orNull(v.MigrationStatus), orNull(v.NameID)
	}
	if b.host {
		view.Host = orNull(v.Host)
	}
	if b.image {
		view.ImageMetadata = v.ImageMetadata
	}
	return view
}

// core is a volume as create and update give it, without the administrators' metadata.
func (b *volumeViews) core(v *Volume) volumeView {
	view := volumeView{
		ID: v.ID, Status: v.Status.shown(), Size: v.Size, AvailabilityZone: nullString(v.Zone), CreatedAt: stamp(v.CreatedAt),
		UpdatedAt: stamp(v.UpdatedAt), Name: v.Name, Description: v.Description, VolumeType: nullString(b.typeName(v.TypeID)),
		SnapshotID: nullString(v.SnapshotID), SourceVolID: nullString(v.SourceID), Metadata: v.Metadata, Links: linksOf(b.c, "volumes", v.ID), UserID: v.UserID,
		Bootable: strconv.FormatBool(v.Bootable), Encrypted: v.EncryptionKeyID != "", Multiattach: v.Multiattach,
		Attachments: b.s.attachmentViews(b.c, b.r, v.ID, b.admin),
	}
	if view.Metadata == nil {
		view.Metadata = map[string]string{}
	}
	if v.ReplicationStatus != "" {
		view.ReplicationStatus = &v.ReplicationStatus
	}
	if b.admin {
		view.MigrationStatus = orNull(v.MigrationStatus)
	}
	if v.GroupID != "" { // of a consistency group, which was made a group
		if g, ok := b.s.groups.Get(b.r, v.GroupID); ok && b.s.isConsistencyType(b.r, g.TypeID) {
			view.ConsistencyGroupID = &g.ID
		}
	}
	b.since(&view, v)
	return view
}

// since adds what microversions brought.
func (b *volumeViews) since(view *volumeView, v *Volume) {
	asked := b.c.Version
	if asked.AtLeast(mvGroupVolume) {
		view.GroupID = orNull(v.GroupID)
	}
	if b.admin && asked.AtLeast(mvVolumeDetailProviderID) {
		view.ProviderID = orNull("")
	}
	if asked.AtLeast(mvVolumeSharedTargets) {
		view.SharedTargets, view.ServiceUUID = &v.SharedTargets, orNull(v.ServiceUUID)
	}
	if b.admin && asked.AtLeast(mvVolumeClusterName) {
		view.ClusterName = orNull(b.s.clusterOf(v.Host))
	}
	if asked.AtLeast(mvVolumeTypeIDInDetail) {
		view.VolumeTypeID = orNull(v.TypeID)
	}
	if asked.AtLeast(mvEncryptionKeyIDInDetails) {
		view.EncryptionKeyID = v.EncryptionKeyID
	}
	if asked.AtLeast(mvUseQuota) {
		consumes := !v.NoQuota
		view.ConsumesQuota = &consumes
	}
}

func (b *volumeViews) typeName(id string) string {
	name, ok := b.types[id]
	if !ok {
		t, _ := b.s.types.Get(b.r, id)
		name = t.Name
		b.types[id] = name
	}
	return name
}

func orNull(s string) *nullString {
	n := nullString(s)
	return &n
}

// volumeSummaryView is a volume in the short list.
type volumeSummaryView struct {
	ID    string  `json:"id"`
	Name  *string `json:"name"`
	Links []link  `json:"links"`
}
