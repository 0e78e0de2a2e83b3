/**
 * Which packages and modules are known not to hold ECR resources: a closed list, so that whatever it does not name may hold one. A
 * resource of these types is not read, and nothing is lost by that. What takes templates, manifests, commands or programs of
 * its own (CloudFormation, Cloud Control, Service Catalog, Helm, custom resources, commands, components) is not in it.
 */

/** Of `aws` and `aws-native`, by the names of both. */
const modules = `accessanalyzer account acm acmpca alb amp amplify apigateway apigatewayv2 appautoscaling appconfig appfabric
appflow appintegrations applicationautoscaling applicationinsights applicationsignals appmesh apprunner appstream appsync arczonalshift
athena auditmanager autoscaling autoscalingplans backup batch bcmdata bedrock budgets ce certificatemanager cfg chatbot
chime cleanrooms cloud9 cloudfront cloudhsmv2 cloudsearch cloudtrail cloudwatch codeartifact codebuild codecommit codeconnections
codedeploy codeguruprofiler codegurureviewer codepipeline codestarconnections codestarnotifications cognito comprehend computeoptimizer config
configuration connect controltower costexplorer costoptimizationhub cur customerprofiles databrew dataexchange
datapipeline datasync datazone dax detective devicefarm devopsguru directconnect directoryservice dlm dms docdb drs dsql dynamodb
ebs ec2 ec2clientvpn ec2transitgateway ecs efs eks elasticache elasticbeanstalk elasticloadbalancing elasticloadbalancingv2
elasticsearch elasticsearchservice elb emr emrcontainers emrserverless evidently events eventbridge eventschemas finspace fis fms
fsx gamelift glacier globalaccelerator glue grafana guardduty iam identitystore imagebuilder inspector inspector2
inspectorv2 internetmonitor invoicing iot ivs ivschat kafka kafkaconnect kendra keyspaces kinesis kinesisanalyticsv2 kinesisfirehose
kinesisvideo kms lakeformation lb lex licensemanager lightsail lambda location logs m2 macie macie2 mediaconvert mediaconnect medialive
mediapackage mediastore memorydb mq msk mskconnect mwaa neptune neptunegraph networkfirewall networkflowmonitor networkmanager
networkmonitor notifications oam opensearch opensearchserverless opensearchservice organizations osis outposts paymentcryptography
pcaconnectorad pinpoint pipes polly pricing qbusiness qldb quicksight ram rbin rds redshift redshiftdata redshiftserverless
rekognition resiliencehub resourceexplorer resourceexplorer2 resourcegroups resourcegroupstaggingapi rolesanywhere route53
route53domains route53recoverycontrol route53recoveryreadiness route53resolver rum s3 s3control s3express s3objectlambda s3outposts
s3tables sagemaker schemas secretsmanager securityhub securitylake servicediscovery
servicequotas ses sesv2 sfn shield signer simpledb sns sqs ssm ssmcontacts ssmincidents ssoadmin sso stepfunctions storagegateway
synthetics timestream timestreaminfluxdb transcribe transfer verifiedaccess verifiedpermissions vpc vpclattice waf wafregional wafv2
wisdom workspaces workspacesweb xray`;

/** Other packages whose resources describe only what the package's own service has. */
const packages = `archive artifactory auth0 azure azuread azure-native cloudflare cloudinit confluentcloud consul datadog digitalocean
dnsimple docker-build eks fastly gcp github gitlab google-native grafana hcloud honeycomb kafka keycloak linode minio mongodbatlas mysql
newrelic ns1 okta onelogin openstack opsgenie pagerduty postgresql rabbitmq random scaleway sentry signalfx slack snowflake
spotinst statuscake tailscale time tls vercel`;

/** Modules of packages of which only a part is known. */
const parts: Readonly<Record<string, string>> = {
  awsx: "cloudtrail ec2 lb",
  kubernetes:
    "admissionregistration.k8s.io apps autoscaling batch certificates.k8s.io coordination.k8s.io core discovery.k8s.io events.k8s.io".concat(
      " networking.k8s.io policy rbac.authorization.k8s.io scheduling.k8s.io storage.k8s.io",
    ),
};

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));
const known = {
  modules: words(modules),
  packages: words(packages),
  parts: new Map(Object.entries(parts).map(([name, text]) => [name, words(text)])),
};
/** Of modules of `aws`, those types that start what they do not describe. */
const holders = /^(sfn|stepfunctions|lambda|ssm|codebuild|codepipeline)$/;
const plain: Readonly<Record<string, ReadonlySet<string>>> = {
  lambda: words(
    "alias codesigningconfig eventsourcemapping function functioneventinvokeconfig functionurl layerversion permission",
  ),
  ssm: words("activation parameter patchbaseline patchgroup"),
  codebuild: words("project webhook reportgroup sourcecredential"),
  codepipeline: words("pipeline webhook"),
  sfn: words("activity alias"),
};

/** Whether a type's package and module are known to hold no ECR resource. `module` and `name` are in lower case. */
export function holdsNoEcr(packageName: string, module: string, name: string): boolean {
  if (packageName === "aws" || packageName === "aws-native") {
    return holders.test(module) ? (plain[module]?.has(name) ?? false) : known.modules.has(module);
  }
  const some = known.parts.get(packageName);
  return some ? some.has(module.split("/")[0] ?? "") : known.packages.has(packageName);
}
