package cinder

import (
	"strings"

	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/httpapi"
	"github.com/fauxstack/fauxstack/emulator/internal/release"
)

// Microversions that change what is emulated here, under upstream's names for them (cinder/api/microversions.py).
var (
	mvBase                     = httpapi.Microversion{Major: 3, Minor: 0}
	mvUploadImageParams        = httpapi.Microversion{Major: 3, Minor: 1}
	mvVolumeListBootable       = httpapi.Microversion{Major: 3, Minor: 2}
	mvVolumeListGlanceMetadata = httpapi.Microversion{Major: 3, Minor: 4}
	mvMessagesPagination       = httpapi.Microversion{Major: 3, Minor: 5}
	mvBlankProperties          = httpapi.Microversion{Major: 3, Minor: 6}
	mvClusterSupport           = httpapi.Microversion{Major: 3, Minor: 7}
	mvVolumeListGroup          = httpapi.Microversion{Major: 3, Minor: 10}
	mvGroupVolume              = httpapi.Microversion{Major: 3, Minor: 13}
	mvGroupSnapshots           = httpapi.Microversion{Major: 3, Minor: 14}
	mvMigrateCluster           = httpapi.Microversion{Major: 3, Minor: 16}
	mvETags                    = httpapi.Microversion{Major: 3, Minor: 15}
	mvManageCluster            = httpapi.Microversion{Major: 3, Minor: 17}
	mvBackupProject            = httpapi.Microversion{Major: 3, Minor: 18}
	mvVolumeDetailProviderID   = httpapi.Microversion{Major: 3, Minor: 21}
	mvSnapshotMetadataFilter   = httpapi.Microversion{Major: 3, Minor: 22}
	mvVolumeDeleteForce        = httpapi.Microversion{Major: 3, Minor: 23}
	mvGroupVolumeList          = httpapi.Microversion{Major: 3, Minor: 25}
	mvGroupSnapshotPaging      = httpapi.Microversion{Major: 3, Minor: 29}
	mvGroupReplication         = httpapi.Microversion{Major: 3, Minor: 38}
	mvGroupProjectID           = httpapi.Microversion{Major: 3, Minor: 58}
	mvReplicationCluster       = httpapi.Microversion{Major: 3, Minor: 26}
	mvPoolFilter               = httpapi.Microversion{Major: 3, Minor: 28}
	mvSnapshotSort             = httpapi.Microversion{Major: 3, Minor: 30}
	mvResourceFilter           = httpapi.Microversion{Major: 3, Minor: 31}
	mvLikeFilter               = httpapi.Microversion{Major: 3, Minor: 34}
	mvPoolTypeFilter           = httpapi.Microversion{Major: 3, Minor: 35}
	mvBackupSortName           = httpapi.Microversion{Major: 3, Minor: 37}
	mvVolumeSummaryMetadata    = httpapi.Microversion{Major: 3, Minor: 36}
	mvLimitsAdminFilter        = httpapi.Microversion{Major: 3, Minor: 39}
	mvSnapshotUserID           = httpapi.Microversion{Major: 3, Minor: 41}
	mvVolumeExtendInUse        = httpapi.Microversion{Major: 3, Minor: 42}
	mvCountInfo                = httpapi.Microversion{Major: 3, Minor: 45}
	mvNovaImage                = httpapi.Microversion{Major: 3, Minor: 46}
	mvBackupMetadata           = httpapi.Microversion{Major: 3, Minor: 43}
	mvVolumeSharedTargets      = httpapi.Microversion{Major: 3, Minor: 48}
	mvBackendStateReport       = httpapi.Microversion{Major: 3, Minor: 49}
	mvVolumeTypeFilter         = httpapi.Microversion{Major: 3, Minor: 52}
	mvAttachmentMode           = httpapi.Microversion{Major: 3, Minor: 54}
	mvTransferSnapshots        = httpapi.Microversion{Major: 3, Minor: 55}
	mvBackupProjectUserID      = httpapi.Microversion{Major: 3, Minor: 56}
	mvTransferHistory          = httpapi.Microversion{Major: 3, Minor: 57}
	mvTransferPagination       = httpapi.Microversion{Major: 3, Minor: 59}
	mvVolumeClusterName        = httpapi.Microversion{Major: 3, Minor: 61}
	mvVolumeTypeIDInDetail     = httpapi.Microversion{Major: 3, Minor: 63}
	mvEncryptionKeyIDInDetails = httpapi.Microversion{Major: 3, Minor: 64}
	mvUseQuota                 = httpapi.Microversion{Major: 3, Minor: 65}
	mvSnapshotInUse            = httpapi.Microversion{Major: 3, Minor: 66}
	mvTransferEncrypted        = httpapi.Microversion{Major: 3, Minor: 70}
)

// maxMicroversion is the newest microversion of a release (the release's api_version_request.py).
func maxMicroversion(r release.Release) httpapi.Microversion {
	switch {
	case r.AtLeast(release.Caracal):
		return httpapi.Microversion{Major: 3, Minor: 71}
	default:
		return httpapi.Microversion{Major: 3, Minor: 70}
	}
}

// updatedOn is the date in the versions document of a release.
func updatedOn(r release.Release) string {
	if r.AtLeast(release.Caracal) {
		return "2023-08-31T00:00:00Z"
	}
	return "2022-08-31T00:00:00Z"
}

const versionHeader = "Openstack-Api-Version"

// negotiate settles the microversion of a call, as wsgi.Request.set_api_version_request does, and names it in the answer
// as soon as it is a version at all.
func (s *Service) negotiate(c *httpapi.Call) error {
	c.Version = mvBase
	asked := strings.Join(c.Request.Header.Values(versionHeader), ",")
	if asked == "" && len(c.Request.Header.Values(versionHeader)) == 0 {
		answerVersion(c)
		return nil
	}
	newest := maxMicroversion(s.release)
	want, err := volumeVersion(asked)
	if err != nil {
		return err
	}
	if want == "latest" {
		c.Version = newest
		answerVersion(c)
		return nil
	}
	v, err := httpapi.ParseMicroversion(want)
	if err != nil {
		return fail.New(fail.Invalid, "API Version String %s is of invalid format. Must be of format MajorNum.MinorNum.", want)
	}
	c.Version = v
	// Quirk: a version that looks like that of an old API is not named in the answer (wsgi._is_legacy_endpoint).
	if text := v.String(); !strings.Contains(text, "1.0") && !strings.Contains(text, "2.0") {
		answerVersion(c)
	}
	if !v.Within(mvBase, newest) {
		return fail.New(fail.NotAcceptable, "Version %s is not supported by the API. Minimum is %s and maximum is %s.", v, mvBase, newest)
	}
	return nil
}

// volumeVersion finds the version for this service in a list such as "compute 2.1, volume 3.70".
func volumeVersion(list string) (string, error) {
	for entry := range strings.SplitSeq(list, ",") {
		if !strings.Contains(entry, "volume") {
			continue
		}
		// Upstream breaks on more or fewer words than two with an error of Python's, which becomes this.
		if words := strings.Fields(entry); len(words) == 2 {
			return words[1], nil
		}
		break
	}
	return "", fail.New(fail.Invalid, badRequest)
}

func answerVersion(c *httpapi.Call) {
	c.Header()[versionHeader] = []string{"volume " + c.Version.String()}
	c.Header()["Vary"] = varyVersion
}

var varyVersion = []string{"OpenStack-API-Version"}
