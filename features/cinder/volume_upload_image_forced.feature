@cinder @glance
Feature: Uploading a volume that is in use
  Where the cloud is configured to allow it, "force" uploads a volume although a server uses it.

  @op:cinder.volumes.os-attach @op:cinder.volumes.os-volume_upload_image @config:force_upload
  Scenario: By force, and in use again afterwards
    Given an available volume "boot" of 1 GiB
    And I attach the volume "boot"
    And the volume "boot" becomes "in-use"
    When I upload the volume "boot" to an image "golden" with:
      | force | true |
    And the upload ends
    Then the image "golden" is "active"
    And the volume "boot" is "in-use"

  @op:cinder.volumes.os-attach @op:cinder.volumes.os-volume_upload_image @config:force_upload
  Scenario: Not without force
    Given an available volume "boot" of 1 GiB
    And I attach the volume "boot"
    And the volume "boot" becomes "in-use"
    When I try to upload the volume "boot" to an image "golden"
    Then it is refused as a bad request, saying "Invalid volume: Volume {boot} status must be available"
    And the volume "boot" is "in-use"

  @op:cinder.volumes.os-volume_upload_image
  Scenario: A volume that nobody uses, by force all the same
    Given an available volume "boot" of 1 GiB
    When I upload the volume "boot" to an image "golden" with:
      | force | true |
    And the upload ends
    Then the image "golden" is "active"
    And the volume "boot" is "available"

  @op:cinder.volumes.os-volume_upload_image @config:force_upload
  Scenario: Not in any other status
    Given an available volume "boot" of 1 GiB
    And the administrator resets the status of the volume "boot" to "error"
    When I try to upload the volume "boot" to an image "golden" with:
      | force | true |
    Then it is refused as a bad request, saying "Invalid volume: Volume {boot} status must be available or in-use"
    And the volume "boot" is "error"
