@cinder
Feature: Quotas that are spent
  What a project has may not exceed its quota, and quotas of a type count apart. Classes of quotas are the administrator's.

  Background:
    Given block storage microversion 3.59

  @op:cinder.os-quota-class-sets.show
  Scenario: The default class
    When the administrator sends GET "os-quota-class-sets/default" to Cinder
    Then the answer says:
      | quota_class_set.id | default |
    When I try to send GET "os-quota-class-sets/default" to Cinder
    Then it is refused as forbidden, saying "Policy doesn't allow volume_extension:quota_classes:get to be performed."

  @op:cinder.os-quota-class-sets.update
  Scenario Outline: A class does not take <what>
    When the administrator tries to send PUT "os-quota-class-sets/default" to Cinder:
      """
      {"quota_class_set": {<values>}}
      """
    Then it is refused as a bad request

    Examples:
      | what           | values          |
      | less than none | "volumes": -2   |
      | a word         | "volumes": "x"  |

  @op:cinder.volumes.create @op:cinder.os-quota-sets.update
  Scenario: One volume of a type and no more
    Given a volume type "gold"
    And the administrator sends PUT "os-quota-sets/{my project}" to Cinder:
      """
      {"quota_set": {"volumes_{name:gold}": 1, "gigabytes_{name:gold}": 1}}
      """
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I try to send POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "volume_type": "{gold}"}}
      """
    Then it is refused as too large, saying "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes_{name:gold} quota. Requested 1G, quota is 1G and 1G has been consumed."
    When I try to send POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}"}}
      """
    Then it is refused as too large, saying "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes_{name:gold} quota. Requested 1G, quota is 1G and 1G has been consumed."
    When I try to send POST "volumes/{boot}/action" to Cinder:
      """
      {"os-extend": {"new_size": 2}}
      """
    Then it is refused as too large

  @op:cinder.volumes.create @op:cinder.snapshots.create @op:cinder.volumes.os-extend @op:cinder.os-quota-sets.update
  Scenario: Volumes and snapshots of a type are counted apart from their gigabytes
    Given a volume type "gold"
    And the administrator sends PUT "os-quota-sets/{my project}" to Cinder:
      """
      {"quota_set": {"volumes_{name:gold}": 1, "snapshots_{name:gold}": 0, "gigabytes_{name:gold}": 3}}
      """
    And an available volume "boot" of 1 GiB and of the type "gold"
    When I try to send POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "volume_type": "{gold}"}}
      """
    Then it is refused as too large, saying "VolumeLimitExceeded: Maximum number of volumes allowed (1) exceeded for quota 'volumes_{name:gold}'."
    When I try to send POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}"}}
      """
    Then it is refused as too large, saying "SnapshotLimitExceeded: Maximum number of snapshots allowed (0) exceeded"
    # The message of this one is about the quota of the whole project.
    When I try to send POST "volumes/{boot}/action" to Cinder:
      """
      {"os-extend": {"new_size": 4}}
      """
    Then it is refused as too large
