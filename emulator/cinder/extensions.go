package cinder

import (
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
)

// extension is what Cinder tells of a part of itself; all of them are always there.
type extension struct {
	Name        string `json:"name"`
	Alias       string `json:"alias"`
	Description string `json:"description"`
	Updated     string `json:"updated"`
	Links       []link `json:"links"`
}

// extensions are upstream's, as a cloud of release Zed lists them.
func extensions() []extension {
	return []extension{
		{"VolumeImageMetadata", "os-vol-image-meta", "Show image metadata associated with the volume.", "2012-12-07T00:00:00+00:00", []link{}},
		{"VolumeUnmanage", "os-volume-unmanage", "Enable volume unmanage operation.", "2012-05-31T00:00:00+00:00", []link{}},
		{"UsedLimits", "os-used-limits", "Provide data on limited resources that are being used.", "2013-10-03T00:00:00+00:00", []link{}},
		{"AdminActions", "os-admin-actions", "Enable admin actions.", "2012-08-25T00:00:00+00:00", []link{}},
		{"Cgsnapshots", "cgsnapshots", "cgsnapshots support.", "2014-08-18T00:00:00+00:00", []link{}},
		{"TypesExtraSpecs", "os-types-extra-specs", "Type extra specs support.", "2011-08-24T00:00:00+00:00", []link{}},
		{"SnapshotUnmanage", "os-snapshot-unmanage", "Enable volume unmanage operation.", "2014-12-31T00:00:00+00:00", []link{}},
		{"VolumeTypeEncryption", "encryption", "Encryption support for volume types.", "2013-07-01T00:00:00+00:00", []link{}},
		{"VolumeEncryptionMetadata", "os-volume-encryption-metadata", "Volume encryption metadata retrieval support.", "2013-07-10T00:00:00+00:00", []link{}},
		{"Consistencygroups", "consistencygroups", "consistency groups support.", "2014-08-18T00:00:00+00:00", []link{}},
		{"SnapshotActions", "os-snapshot-actions", "Enable snapshot manager actions.", "2013-07-16T00:00:00+00:00", []link{}},
		{"Backups", "backups", "Backups support.", "2012-12-12T00:00:00+00:00", []link{}},
		{"Quotas", "os-quota-sets", "Quota management support.", "2011-08-08T00:00:00+00:00", []link{}},
		{"VolumeActions", "os-volume-actions", "Enable volume actions.", "2012-05-31T00:00:00+00:00", []link{}},
		{"QuotaClasses", "os-quota-class-sets", "Quota classes management support.", "2012-03-12T00:00:00+00:00", []link{}},
		{"AvailabilityZones", "os-availability-zone", "Describe Availability Zones.", "2013-06-27T00:00:00+00:00", []link{}},
		{"VolumeTypeAccess", "os-volume-type-access", "Volume type access support.", "2014-06-26T00:00:00Z", []link{}},
		{"Services", "os-services", "Services support.", "2012-10-28T00:00:00-00:00", []link{}},
		{"Hosts", "os-hosts", "Admin-only host administration.", "2011-06-29T00:00:00+00:00", []link{}},
		{"TypesManage", "os-types-manage", "Types manage support.", "2011-08-24T00:00:00+00:00", []link{}},
		{"ExtendedSnapshotAttributes", "os-extended-snapshot-attributes", "Extended SnapshotAttributes support.", "2012-06-19T00:00:00+00:00", []link{}},
		{"SnapshotManage", "os-snapshot-manage", "Allows existing backend storage to be 'managed' by Cinder.", "2014-12-31T00:00:00+00:00", []link{}},
		{"Qos_specs_manage", "qos-specs", "QoS specs support.", "2013-08-02T00:00:00+00:00", []link{}},
		{"VolumeHostAttribute", "os-vol-host-attr", "Expose host as an attribute of a volume.", "2011-11-03T00:00:00+00:00", []link{}},
		{"Scheduler_stats", "scheduler-stats", "Scheduler stats support.", "2014-09-07T00:00:00+00:00", []link{}},
		{"VolumeManage", "os-volume-manage", "Allows existing backend storage to be 'managed' by Cinder.", "2014-02-10T00:00:00+00:00", []link{}},
		{"VolumeMigStatusAttribute", "os-vol-mig-status-attr", "Expose migration_status as an attribute of a volume.", "2013-08-08T00:00:00+00:00", []link{}},
		{"VolumeTransfer", "os-volume-transfer", "Volume transfer management support.", "2013-05-29T00:00:00+00:00", []link{}},
		{"VolumeTenantAttribute", "os-vol-tenant-attr", "Expose the internal project_id as an attribute of a volume.", "2011-11-03T00:00:00+00:00", []link{}},
		{"SchedulerHints", "OS-SCH-HNT", "Pass arbitrary key/value pairs to the scheduler.", "2013-04-18T00:00:00+00:00", []link{}},
		{"ExtendedServices", "os-extended-services", "Extended services support.", "2014-01-10T00:00:00-00:00", []link{}},
		{"Capabilities", "capabilities", "Capabilities support.", "2015-08-31T00:00:00+00:00", []link{}},
	}
}

type extensionsOut struct {
	Extensions []extension `json:"extensions"`
}

type extensionOut struct {
	Extension extension `json:"extension"`
}

// extensionList serves GET /extensions. API reference: Block Storage v3, "List Known API extensions".
func (s *Service) extensionList(*httpapi.Call) (extensionsOut, error) {
	return extensionsOut{extensions()}, nil
}

// extensionShow serves GET /extensions/{alias}.
func (s *Service) extensionShow(c *httpapi.Call) (extensionOut, error) {
	for _, e := range extensions() {
		if e.Alias == c.Var("id") {
			return extensionOut{e}, nil
		}
	}
	return extensionOut{}, fail.New(fail.NotFound, notFound)
}
