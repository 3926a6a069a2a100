<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>MedAIModule</name>
    <message>
        <source>MedAI</source>
        <translation>MedAI</translation>
    </message>
    <message>
        <source>Runs AI models (MONAI bundles) on scans: choose a scan and a model, press Apply, get segments.
All data stay on this computer. For research only; not a medical device.</source>
        <translation>在扫描上运行 AI 模型（MONAI 模型包）：选择扫描和模型，点击“应用”，即可得到分割段。
所有数据都保留在本机。仅供研究使用，不是医疗器械。</translation>
    </message>
    <message>
        <source>Models run with MONAI and PyTorch.</source>
        <translation>模型由 MONAI 和 PyTorch 运行。</translation>
    </message>
    <message>
        <source>Inputs</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>&amp;Scan:</source>
        <translation>扫描(&amp;S)：</translation>
    </message>
    <message>
        <source>Scan</source>
        <translation>扫描</translation>
    </message>
    <message>
        <source>&amp;Frames:</source>
        <translation>帧(&amp;F)：</translation>
    </message>
    <message>
        <source>The scan is a sequence: segment the frame that is shown, or all of them</source>
        <translation>该扫描是一个序列：分割当前显示的帧，或分割所有帧</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>帧</translation>
    </message>
    <message>
        <source>Only in &amp;box:</source>
        <translation>仅在框内(&amp;B)：</translation>
    </message>
    <message>
        <source>(whole scan)</source>
        <translation>（整个扫描）</translation>
    </message>
    <message>
        <source>Segment only what lies inside this box; it may be rotated</source>
        <translation>只分割此框内的部分；框可以旋转</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>框</translation>
    </message>
    <message>
        <source>Hint about the scans</source>
        <translation>关于扫描的提示</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Words that the model must have: an organ, a finding, a kind of scan, a segment</source>
        <translation>模型必须包含的词：器官、病变、扫描类型或分割段</translation>
    </message>
    <message>
        <source>Search for a model</source>
        <translation>搜索模型</translation>
    </message>
    <message>
        <source>About the model</source>
        <translation>关于模型</translation>
    </message>
    <message>
        <source>Hint about the model</source>
        <translation>关于模型的提示</translation>
    </message>
    <message>
        <source>Add...</source>
        <translation>添加...</translation>
    </message>
    <message>
        <source>Add a MONAI bundle from this computer; nothing of it is run when it is added</source>
        <translation>添加本机上的 MONAI 模型包；添加时不会运行其中的任何内容</translation>
    </message>
    <message>
        <source>Add a model</source>
        <translation>添加模型</translation>
    </message>
    <message>
        <source>Remove...</source>
        <translation>移除...</translation>
    </message>
    <message>
        <source>Delete the chosen model from this computer</source>
        <translation>从本机删除所选模型</translation>
    </message>
    <message>
        <source>Remove the model</source>
        <translation>移除模型</translation>
    </message>
    <message>
        <source>About the model: segments, license, size</source>
        <translation>关于模型：分割段、许可证、大小</translation>
    </message>
    <message>
        <source>Outputs</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>Se&amp;gmentation:</source>
        <translation>分割(&amp;G)：</translation>
    </message>
    <message>
        <source>(new segmentation)</source>
        <translation>（新建分割）</translation>
    </message>
    <message>
        <source>Where the segments go; segments of other models in it are kept</source>
        <translation>分割段的存放位置；其中其他模型的分割段会保留</translation>
    </message>
    <message>
        <source>Segmentation</source>
        <translation>分割</translation>
    </message>
    <message>
        <source>Show in &amp;3D</source>
        <translation>以三维显示(&amp;3)</translation>
    </message>
    <message>
        <source>Make surfaces of the segments when they are there; large ones take a while</source>
        <translation>得到分割段后生成其表面；较大的需要一些时间</translation>
    </message>
    <message>
        <source>Show in 3D</source>
        <translation>以三维显示</translation>
    </message>
    <message>
        <source>Also a &amp;label map</source>
        <translation>同时生成标签图(&amp;L)</translation>
    </message>
    <message>
        <source>Also make a label map volume with its color table</source>
        <translation>同时生成标签图体数据及其颜色表</translation>
    </message>
    <message>
        <source>Also a label map</source>
        <translation>同时生成标签图</translation>
    </message>
    <message>
        <source>&amp;Only some segments</source>
        <translation>仅生成部分分割段(&amp;O)</translation>
    </message>
    <message>
        <source>Choose which segments are made</source>
        <translation>选择要生成的分割段</translation>
    </message>
    <message>
        <source>Only some segments</source>
        <translation>仅生成部分分割段</translation>
    </message>
    <message>
        <source>The segments that are made</source>
        <translation>将要生成的分割段</translation>
    </message>
    <message>
        <source>Segments to make</source>
        <translation>要生成的分割段</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>排队</translation>
    </message>
    <message>
        <source>Run this scan and model when the present run has ended</source>
        <translation>当前运行结束后再运行此扫描和模型</translation>
    </message>
    <message>
        <source>(choose a scan)</source>
        <translation>（选择扫描）</translation>
    </message>
    <message>
        <source>The scan to run the model on</source>
        <translation>要用模型处理的扫描</translation>
    </message>
    <message>
        <source>Search: brain, liver, MR ...</source>
        <translation>搜索：脑、肝、MR……</translation>
    </message>
    <message>
        <source>The AI model that is run on the scan</source>
        <translation>在扫描上运行的 AI 模型</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Get the chosen model from its public hub</source>
        <translation>从公共模型库获取所选模型</translation>
    </message>
    <message>
        <source>Download the model</source>
        <translation>下载模型</translation>
    </message>
    <message>
        <source>Progress of the download</source>
        <translation>下载进度</translation>
    </message>
    <message>
        <source>What the model makes</source>
        <translation>模型的输出内容</translation>
    </message>
    <message>
        <source>Add to queue</source>
        <translation>加入队列</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>The runs that wait</source>
        <translation>等待中的运行</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Take the chosen run out of the queue</source>
        <translation>将所选运行移出队列</translation>
    </message>
    <message>
        <source>Remove from the queue</source>
        <translation>移出队列</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Click a segment to center the views on it</source>
        <translation>点击分割段，使视图以其为中心</translation>
    </message>
    <message>
        <source>Segments</source>
        <translation>分割段</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>全部显示</translation>
    </message>
    <message>
        <source>Show all segments</source>
        <translation>显示所有分割段</translation>
    </message>
    <message>
        <source>Hide all</source>
        <translation>全部隐藏</translation>
    </message>
    <message>
        <source>Hide all segments</source>
        <translation>隐藏所有分割段</translation>
    </message>
    <message>
        <source>Show 3D</source>
        <translation>显示三维</translation>
    </message>
    <message>
        <source>Show the segments in 3D</source>
        <translation>以三维显示分割段</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Take the whole result out of the scene again</source>
        <translation>将整个结果从场景中撤回</translation>
    </message>
    <message>
        <source>Undo the result</source>
        <translation>撤销结果</translation>
    </message>
    <message>
        <source>O&amp;pacity:</source>
        <translation>不透明度(&amp;P)：</translation>
    </message>
    <message>
        <source>Opacity of all segments in the views</source>
        <translation>所有分割段在视图中的不透明度</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>不透明度</translation>
    </message>
    <message>
        <source>Show where the model is &amp;unsure</source>
        <translation>显示模型不确定之处(&amp;U)</translation>
    </message>
    <message>
        <source>Lay the map of confidence over the scan in the slice views</source>
        <translation>在切片视图中将置信度图叠加到扫描上</translation>
    </message>
    <message>
        <source>Show the map over the scan</source>
        <translation>将图叠加到扫描上</translation>
    </message>
    <message>
        <source>Measure lesions</source>
        <translation>测量病灶</translation>
    </message>
    <message>
        <source>Measure the parts of the selected segment, or of those that are findings, as they are now</source>
        <translation>按当前状态测量所选分割段的各个部分；未选择时测量属于病变的分割段</translation>
    </message>
    <message>
        <source>What was measured</source>
        <translation>测量结果</translation>
    </message>
    <message>
        <source>Lesions</source>
        <translation>病灶</translation>
    </message>
    <message>
        <source>Lesions found</source>
        <translation>检出的病灶</translation>
    </message>
    <message>
        <source>At l&amp;east:</source>
        <translation>不小于(&amp;E)：</translation>
    </message>
    <message>
        <source> ml</source>
        <translation> 毫升</translation>
    </message>
    <message>
        <source>Show only lesions of at least this volume; nothing is run again</source>
        <translation>只显示体积不小于此值的病灶；不会重新运行</translation>
    </message>
    <message>
        <source>Least volume in milliliters</source>
        <translation>最小体积（毫升）</translation>
    </message>
    <message>
        <source> mm</source>
        <translation> 毫米</translation>
    </message>
    <message>
        <source>Show only lesions whose longest diameter is at least this; nothing is run again</source>
        <translation>只显示最长径不小于此值的病灶；不会重新运行</translation>
    </message>
    <message>
        <source>Least diameter in millimeters</source>
        <translation>最小直径（毫米）</translation>
    </message>
    <message>
        <source>Click a row to center the views on the lesion</source>
        <translation>点击一行，使视图以该病灶为中心</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>Mark the selected lesion as accepted; once more takes it back</source>
        <translation>将所选病灶标记为已接受；再点一次则取消</translation>
    </message>
    <message>
        <source>Accept the lesion</source>
        <translation>接受该病灶</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>排除</translation>
    </message>
    <message>
        <source>Mark the selected lesion as no lesion; reports say so and do not count it. Once more takes it back</source>
        <translation>将所选病灶标记为非病灶；报告中会注明，且不计入。再点一次则取消</translation>
    </message>
    <message>
        <source>Reject the lesion</source>
        <translation>排除该病灶</translation>
    </message>
    <message>
        <source>One segment each</source>
        <translation>逐个分段</translation>
    </message>
    <message>
        <source>Make a segment of each lesion, in a segmentation of its own</source>
        <translation>为每个病灶各生成一个分割段，放入单独的分割中</translation>
    </message>
    <message>
        <source>A segment for each lesion</source>
        <translation>每个病灶一个分割段</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>检出结果</translation>
    </message>
    <message>
        <source>Score at &amp;least:</source>
        <translation>分数不低于(&amp;L)：</translation>
    </message>
    <message>
        <source>Show only boxes with at least this score; nothing is run again</source>
        <translation>只显示分数不低于此值的检测框；不会重新运行</translation>
    </message>
    <message>
        <source>Score at least</source>
        <translation>分数不低于</translation>
    </message>
    <message>
        <source>Click a row to center the views on it</source>
        <translation>点击一行，使视图以其为中心</translation>
    </message>
    <message>
        <source>Show what the answer &amp;rests on</source>
        <translation>显示结果的依据(&amp;R)</translation>
    </message>
    <message>
        <source>Lay the map over the scan in the slice views</source>
        <translation>在切片视图中将图叠加到扫描上</translation>
    </message>
    <message>
        <source>Show the map of the findings over the scan</source>
        <translation>将检出结果的图叠加到扫描上</translation>
    </message>
    <message>
        <source>Mark the selected box as accepted; once more takes it back</source>
        <translation>将所选检测框标记为已接受；再点一次则取消</translation>
    </message>
    <message>
        <source>Accept the box</source>
        <translation>接受该检测框</translation>
    </message>
    <message>
        <source>Mark the selected box as no finding; once more takes it back</source>
        <translation>将所选检测框标记为误检；再点一次则取消</translation>
    </message>
    <message>
        <source>Reject the box</source>
        <translation>排除该检测框</translation>
    </message>
    <message>
        <source>Take all that was found out of the scene again</source>
        <translation>将检出的所有内容从场景中撤回</translation>
    </message>
    <message>
        <source>Undo the findings</source>
        <translation>撤销检出结果</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Write a report...</source>
        <translation>生成报告...</translation>
    </message>
    <message>
        <source>Write a report with pictures (HTML, PDF), tables and label maps into a folder</source>
        <translation>在文件夹中生成含图片的报告（HTML、PDF）、表格和标签图</translation>
    </message>
    <message>
        <source>Write a report</source>
        <translation>生成报告</translation>
    </message>
    <message>
        <source>Write DICOM...</source>
        <translation>导出 DICOM...</translation>
    </message>
    <message>
        <source>Write a DICOM segmentation and a structured report into a folder</source>
        <translation>将 DICOM 分割和结构化报告导出到文件夹</translation>
    </message>
    <message>
        <source>Write DICOM</source>
        <translation>导出 DICOM</translation>
    </message>
    <message>
        <source>What is written</source>
        <translation>输出的内容</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>高级</translation>
    </message>
    <message>
        <source>&amp;Device:</source>
        <translation>设备(&amp;D)：</translation>
    </message>
    <message>
        <source>Where models run; automatic takes a graphics card where one is usable</source>
        <translation>运行模型的设备；“自动”会在显卡可用时使用显卡</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Pr&amp;ecision:</source>
        <translation>精度(&amp;E)：</translation>
    </message>
    <message>
        <source>Exact gives the labels that the model defines; fast may differ slightly</source>
        <translation>“精确”给出模型所定义的标签；“快速”可能略有差异</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Con&amp;fidence:</source>
        <translation>置信度(&amp;F)：</translation>
    </message>
    <message>
        <source>Also make a volume that shows how sure the model is; asking it again with the scan mirrored takes several times as long</source>
        <translation>同时生成显示模型把握程度的体数据；用镜像翻转的扫描再次询问模型，耗时会增至数倍</translation>
    </message>
    <message>
        <source>Confidence</source>
        <translation>置信度</translation>
    </message>
    <message>
        <source>Also make a volume of the places that speak for the class that a classification model gives</source>
        <translation>同时生成体数据，显示支持分类模型所给类别的部位</translation>
    </message>
    <message>
        <source>Explain the answer</source>
        <translation>解释结果</translation>
    </message>
    <message>
        <source>&amp;Keep the model in memory</source>
        <translation>将模型保留在内存中(&amp;K)</translation>
    </message>
    <message>
        <source>Keep the model in memory for ten minutes after a run, so that the next one starts at once</source>
        <translation>运行后将模型在内存中保留十分钟，使下一次运行立即开始</translation>
    </message>
    <message>
        <source>Keep the model in memory</source>
        <translation>将模型保留在内存中</translation>
    </message>
    <message>
        <source>&amp;Work offline</source>
        <translation>离线工作(&amp;W)</translation>
    </message>
    <message>
        <source>Never open a network connection</source>
        <translation>从不建立网络连接</translation>
    </message>
    <message>
        <source>Work offline</source>
        <translation>离线工作</translation>
    </message>
    <message>
        <source>Models are kept in:</source>
        <translation>模型存放于：</translation>
    </message>
    <message>
        <source>Folder of the models</source>
        <translation>模型文件夹</translation>
    </message>
    <message>
        <source>Change...</source>
        <translation>更改...</translation>
    </message>
    <message>
        <source>Keep installed models in another folder</source>
        <translation>将已安装的模型存放到其他文件夹</translation>
    </message>
    <message>
        <source>Change the folder</source>
        <translation>更改文件夹</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Open the folder in the file manager</source>
        <translation>在文件管理器中打开该文件夹</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Models with code of their own that you trust:</source>
        <translation>您信任的自带代码的模型：</translation>
    </message>
    <message>
        <source>The code of these models runs without a further question</source>
        <translation>这些模型的代码将直接运行，不再询问</translation>
    </message>
    <message>
        <source>Trusted models</source>
        <translation>受信任的模型</translation>
    </message>
    <message>
        <source>&amp;Revoke</source>
        <translation>取消信任(&amp;R)</translation>
    </message>
    <message>
        <source>Trust the chosen model no longer: before its next run you are asked again</source>
        <translation>不再信任所选模型：下次运行前会再次询问您</translation>
    </message>
    <message>
        <source>Revoke the trust</source>
        <translation>取消信任</translation>
    </message>
    <message>
        <source>&amp;Check this computer</source>
        <translation>检查本机(&amp;C)</translation>
    </message>
    <message>
        <source>Find out what is installed, what fits this computer, and what to do</source>
        <translation>查看已安装的内容、本机适用的内容以及需要做什么</translation>
    </message>
    <message>
        <source>Check this computer</source>
        <translation>检查本机</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>检查结果</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the log; it holds no names of patients or scans</source>
        <translation>复制日志；其中不含患者或扫描的名称</translation>
    </message>
    <message>
        <source>Copy the log</source>
        <translation>复制日志</translation>
    </message>
</context>
<context>
    <name>MedAIModuleLib.panel</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Run the model on the scan</source>
        <translation>在扫描上运行模型</translation>
    </message>
    <message>
        <source>Stop the run; the scene stays as it is</source>
        <translation>停止运行；场景保持原样</translation>
    </message>
    <message>
        <source>Run this scan and model when the present run has ended</source>
        <translation>当前运行结束后再运行此扫描和模型</translation>
    </message>
    <message>
        <source>Choose a scan</source>
        <translation>请选择扫描</translation>
    </message>
    <message>
        <source>Cancelling...</source>
        <translation>正在取消...</translation>
    </message>
    <message>
        <source>Asked for: {model}</source>
        <translation>已请求：{model}</translation>
    </message>
    <message>
        <source>Nothing was run: {model} brings code of its own, which you did not trust.</source>
        <translation>没有运行任何内容：{model} 自带代码，而您没有信任它。</translation>
    </message>
    <message>
        <source>Trusted: {model}</source>
        <translation>已信任：{model}</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Finished; segments: {count}</source>
        <translation>已完成；分割段：{count} 个</translation>
    </message>
    <message>
        <source>Starting...</source>
        <translation>正在启动...</translation>
    </message>
    <message>
        <source>{model} on {scan}</source>
        <translation>{model}，扫描 {scan}</translation>
    </message>
</context>
<context>
    <name>MedAIModuleLib.parameters</name>
    <message>
        <source>The one that is shown</source>
        <translation>当前显示的帧</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
</context>
<context>
    <name>MedAIModuleLib.sampledata</name>
    <message>
        <source>MedAI</source>
        <translation>MedAI</translation>
    </message>
</context>
<context>
    <name>MedAIModuleLib.units</name>
    <message>
        <source>{size} GB</source>
        <translation>{size} GB</translation>
    </message>
    <message>
        <source>{size} MB</source>
        <translation>{size} MB</translation>
    </message>
    <message>
        <source>{size} KB</source>
        <translation>{size} KB</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} 分钟</translation>
    </message>
</context>
<context>
    <name>installation.dependencies</name>
    <message>
        <source>Not installed: {names}; open the module MedAI and press Apply, or call MedAIModuleLogic().setUp().</source>
        <translation>未安装：{names}；请打开 MedAI 模块并点击“应用”，或调用 MedAIModuleLogic().setUp()。</translation>
    </message>
    <message>
        <source>{names} could not be installed; restart the application and try again.</source>
        <translation>无法安装 {names}；请重新启动应用程序后重试。</translation>
    </message>
    <message>
        <source>Models need PyTorch 2.10, which is not made for Intel Macs; use another computer, or Slicer for Apple silicon.</source>
        <translation>模型需要 PyTorch 2.10，它不支持 Intel 芯片的 Mac；请使用其他计算机，或使用 Apple 芯片版 Slicer。</translation>
    </message>
    <message>
        <source>The extension PyTorch is missing; install it with View &gt; Extensions Manager, restart and try again.</source>
        <translation>缺少 PyTorch 扩展；请通过“视图 &gt; 扩展管理器”安装，重新启动后重试。</translation>
    </message>
    <message>
        <source>PyTorch could not be installed; restart the application and try again. Its log says why.</source>
        <translation>无法安装 PyTorch；请重新启动应用程序后重试。原因见应用程序日志。</translation>
    </message>
    <message>
        <source>PyTorch was not installed, so nothing was run.</source>
        <translation>未安装 PyTorch，因此没有运行。</translation>
    </message>
    <message>
        <source>Python packages could not be installed; see the application&apos;s log.</source>
        <translation>无法安装 Python 软件包；请查看应用程序日志。</translation>
    </message>
    <message>
        <source>The Python packages were not installed, so nothing was run.</source>
        <translation>未安装 Python 软件包，因此没有运行。</translation>
    </message>
</context>
<context>
    <name>installation.setup</name>
    <message>
        <source>Not installed: {names}; uncheck Work offline under Advanced and press Apply again.</source>
        <translation>未安装：{names}；请在“高级”中取消勾选“离线工作”，然后再次点击“应用”。</translation>
    </message>
    <message>
        <source>Set up MedAI</source>
        <translation>设置 MedAI</translation>
    </message>
    <message>
        <source>Before the first run, MedAI has to download and install software that is not part of the application:

{names}
About {size}, from {sources}
Into {folder}

This takes some minutes, in which the application does not respond.
Your scans and all other data stay on this computer; nothing is sent.</source>
        <translation>首次运行之前，MedAI 需要下载并安装应用程序未包含的软件：

{names}
约 {size}，来源：{sources}
安装到：{folder}

这需要几分钟，期间应用程序不会响应。
您的扫描和其他所有数据都保留在本机，不会发送任何内容。</translation>
    </message>
    <message>
        <source>{requirement}: about {size} from {source}</source>
        <translation>{requirement}：约 {size}，来源 {source}</translation>
    </message>
</context>
<context>
    <name>medai</name>
    <message>
        <source>A line between MedAI and its worker is broken (it has {0} bytes and starts with {1}); start the run again.</source>
        <translation>MedAI 与其工作进程之间的一行数据已损坏（共 {0} 字节，开头为 {1}）；请重新运行。</translation>
    </message>
    <message>
        <source>A line between MedAI and its worker is no message (it has {0} bytes and starts with {1}); start the run again.</source>
        <translation>MedAI 与其工作进程之间的一行数据不是消息（共 {0} 字节，开头为 {1}）；请重新运行。</translation>
    </message>
    <message>
        <source>A message {0} between MedAI and its worker is broken ({1}); start the run again.</source>
        <translation>MedAI 与其工作进程之间的消息 {0} 已损坏（{1}）；请重新运行。</translation>
    </message>
    <message>
        <source>A model {0} is installed already; replace it or remove it first.</source>
        <translation>模型 {0} 已安装；请替换它或先将其移除。</translation>
    </message>
    <message>
        <source>A worker cannot be asked {0}; start MedAI again.</source>
        <translation>无法向工作进程发送请求 {0}；请重新启动 MedAI。</translation>
    </message>
    <message>
        <source>A worker does not say {0}; start MedAI again.</source>
        <translation>工作进程不会发送 {0}；请重新启动 MedAI。</translation>
    </message>
    <message>
        <source>All frames of {0} make a new segmentation and no label map; leave both out.</source>
        <translation>分割 {0} 的所有帧时会新建分割，且不生成标签图；请不要选择这两项。</translation>
    </message>
    <message>
        <source>An expression of {0} characters is too long to be judged; the limit is {1}.</source>
        <translation>表达式有 {0} 个字符，过长而无法评估；上限为 {1} 个。</translation>
    </message>
    <message>
        <source>Another MedAI is changing the models in {0}; try again when it is done.</source>
        <translation>另一个 MedAI 正在更改 {0} 中的模型；请待其完成后重试。</translation>
    </message>
    <message>
        <source>Brain MRI, any contrast</source>
        <translation>脑部 MRI，任意对比度</translation>
    </message>
    <message>
        <source>Heart ventricles, short-axis MR</source>
        <translation>心室，短轴 MR</translation>
    </message>
    <message>
        <source>Labels liver, spleen and pancreas in abdominal CT of children. Trained on public scans of adults and children, fine-tuned at Cincinnati Children&apos;s.</source>
        <translation>在儿童腹部 CT 中标注肝脏、脾脏和胰腺。用成人和儿童的公开扫描训练，并在辛辛那提儿童医院微调。</translation>
    </message>
    <message>
        <source>Labels the pool of the left ventricle, its myocardium and the pool of the right ventricle in short-axis MR of the heart, slice by slice; the slices must lie along the scan&apos;s third axis.</source>
        <translation>在心脏短轴 MR 中逐切片标注左心室血池、左心室心肌和右心室血池；切片必须沿扫描的第三轴排列。</translation>
    </message>
    <message>
        <source>Labels the spleen in abdominal CT. Trained on the spleen task of the Medical Segmentation Decathlon.</source>
        <translation>在腹部 CT 中标注脾脏。用 Medical Segmentation Decathlon 的脾脏任务数据训练。</translation>
    </message>
    <message>
        <source>Labels white matter, cortex, ventricles, deep gray matter, hippocampus and amygdala, cerebellum, brainstem and the fluid around the brain, left and right apart, in MRI of any contrast. Trained on synthetic images only.</source>
        <translation>在任意对比度的脑部 MRI 中标注白质、皮质、脑室、深部灰质、海马和杏仁核、小脑、脑干以及脑周围的脑脊液，左右分开。仅用合成影像训练。</translation>
    </message>
    <message>
        <source>Liver, spleen and pancreas of children, CT</source>
        <translation>儿童肝脏、脾脏和胰腺，CT</translation>
    </message>
    <message>
        <source>MedAI and its worker are of different versions; start the application again.</source>
        <translation>MedAI 与其工作进程的版本不同；请重新启动应用程序。</translation>
    </message>
    <message>
        <source>MedAI and its worker know no message {0}; start the application again.</source>
        <translation>MedAI 与其工作进程不认识消息 {0}；请重新启动应用程序。</translation>
    </message>
    <message>
        <source>No model is named; models here: none.</source>
        <translation>没有指定模型；此处没有模型。</translation>
    </message>
    <message>
        <source>No model is named; models here: {0}.</source>
        <translation>没有指定模型；此处的模型：{0}。</translation>
    </message>
    <message>
        <source>No process could be started with {0} ({1}); install MedAI again.</source>
        <translation>无法用 {0} 启动进程（{1}）；请重新安装 MedAI。</translation>
    </message>
    <message>
        <source>No scan was given; choose one.</source>
        <translation>没有给出扫描；请选择一个。</translation>
    </message>
    <message>
        <source>PyTorch or MONAI cannot be loaded ({0}); install them again for {1}.</source>
        <translation>无法加载 PyTorch 或 MONAI（{0}）；请为 {1} 重新安装它们。</translation>
    </message>
    <message>
        <source>Resources/{0} is missing from the installation; install MedAI again.</source>
        <translation>安装中缺少 Resources/{0}；请重新安装 MedAI。</translation>
    </message>
    <message>
        <source>Scenes need Slicer&apos;s MRML library, which is not installed; run: pip install &apos;medai[scene]&apos;</source>
        <translation>场景需要 Slicer 的 MRML 库，但它尚未安装；请运行：pip install &apos;medai[scene]&apos;</translation>
    </message>
    <message>
        <source>Spleen, CT</source>
        <translation>脾脏，CT</translation>
    </message>
    <message>
        <source>The box does not touch {0}; move it onto the scan or choose no box.</source>
        <translation>框与 {0} 没有重叠；请将框移到扫描上，或不选择框。</translation>
    </message>
    <message>
        <source>The box has no size; draw the box in the views first.</source>
        <translation>框没有大小；请先在视图中绘制框。</translation>
    </message>
    <message>
        <source>The box has the size {0} mm; make each of its sides longer than 0.</source>
        <translation>框的大小为 {0} mm；请使每条边都大于 0。</translation>
    </message>
    <message>
        <source>The box is scaled or sheared (its sides are not at right angles); draw it anew.</source>
        <translation>框被缩放或剪切（各边不成直角）；请重新绘制。</translation>
    </message>
    <message>
        <source>The box is sheared by its transform, so it is no box; take it out of the transform.</source>
        <translation>框被其变换剪切，已不再是长方体；请将它移出该变换。</translation>
    </message>
    <message>
        <source>The box is under a non-linear transform, so it is no box; take it out of the transform.</source>
        <translation>框处于非线性变换之下，已不再是长方体；请将它移出该变换。</translation>
    </message>
    <message>
        <source>The box&apos;s center is not finite; draw the box anew.</source>
        <translation>框的中心不是有限数值；请重新绘制框。</translation>
    </message>
    <message>
        <source>The box&apos;s center is not three numbers; draw the box anew.</source>
        <translation>框的中心不是三个数值；请重新绘制框。</translation>
    </message>
    <message>
        <source>The box&apos;s direction is not finite; draw the box anew.</source>
        <translation>框的方向不是有限数值；请重新绘制框。</translation>
    </message>
    <message>
        <source>The box&apos;s direction is not three numbers; draw the box anew.</source>
        <translation>框的方向不是三个数值；请重新绘制框。</translation>
    </message>
    <message>
        <source>The box&apos;s size is not finite; draw the box anew.</source>
        <translation>框的大小不是有限数值；请重新绘制框。</translation>
    </message>
    <message>
        <source>The box&apos;s size is not three numbers; draw the box anew.</source>
        <translation>框的大小不是三个数值；请重新绘制框。</translation>
    </message>
    <message>
        <source>The bundle computes what it builds, which MedAI cannot judge.</source>
        <translation>该模型包在运行时才计算要构建的内容，MedAI 无法评估。</translation>
    </message>
    <message>
        <source>The bundle needs {0} images ({1}); give each its own.</source>
        <translation>该模型包需要 {0} 个影像（{1}）；请分别提供。</translation>
    </message>
    <message>
        <source>The bundle wants to use {0}, which is not among the parts that MedAI allows.</source>
        <translation>该模型包要使用 {0}，它不在 MedAI 允许的部件之列。</translation>
    </message>
    <message>
        <source>The bundle&apos;s configuration counts to {0}, which is more than MedAI allows.</source>
        <translation>该模型包的配置计数到 {0}，超出了 MedAI 允许的范围。</translation>
    </message>
    <message>
        <source>The bundle&apos;s configuration refers to {0} in a circle.</source>
        <translation>该模型包的配置循环引用了 {0}。</translation>
    </message>
    <message>
        <source>The bundle&apos;s configuration refers to {0}, which it does not define.</source>
        <translation>该模型包的配置引用了未定义的 {0}。</translation>
    </message>
    <message>
        <source>The bundle&apos;s configuration uses {0}, which is not among the names that MedAI allows.</source>
        <translation>该模型包的配置使用了 {0}，它不在 MedAI 允许的名称之列。</translation>
    </message>
    <message>
        <source>The bundle&apos;s network does not give one map per class, which MedAI cannot run yet.</source>
        <translation>该模型包的网络不是为每个类别输出一幅图，MedAI 尚不能运行这种模型。</translation>
    </message>
    <message>
        <source>The bundle&apos;s network gives no classes; get the bundle again.</source>
        <translation>该模型包的网络没有输出任何类别；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The bundle&apos;s postprocessing does not lead back to the scan&apos;s grid with one label per voxel.</source>
        <translation>该模型包的后处理不能还原到扫描的网格并使每个体素对应一个标签。</translation>
    </message>
    <message>
        <source>The bundle&apos;s postprocessing gives values that are no labels (0 to 65535), which MedAI cannot run.</source>
        <translation>该模型包的后处理给出的值不是标签（0 到 65535），MedAI 无法运行。</translation>
    </message>
    <message>
        <source>The bundle&apos;s preprocessing does not lead to an input for its network, which MedAI cannot run.</source>
        <translation>该模型包的预处理没有生成网络的输入，MedAI 无法运行。</translation>
    </message>
    <message>
        <source>The bundle&apos;s preprocessing fails on this scan; use another model or scan.</source>
        <translation>该模型包的预处理在此扫描上失败；请使用其他模型或扫描。</translation>
    </message>
    <message>
        <source>The bundle&apos;s preprocessing gives more than one item per scan, which MedAI cannot run.</source>
        <translation>该模型包的预处理对每个扫描生成多个结果，MedAI 无法运行。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} cannot be built from its settings ({1}).</source>
        <translation>无法按设置构建该模型包的 {0}（{1}）。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} wants to use {1} ({2}), which MedAI does not allow.</source>
        <translation>该模型包的 {0} 要使用 {1}（{2}），MedAI 不允许这样做。</translation>
    </message>
    <message>
        <source>The expression {0} of the bundle cannot be computed ({1}).</source>
        <translation>无法计算模型包的表达式 {0}（{1}）。</translation>
    </message>
    <message>
        <source>A copy of an exported network computes nothing; load it from its file.</source>
        <translation>导出的网络的副本无法计算；请从其文件加载。</translation>
    </message>
    <message>
        <source>A minimum overlap of {0} has no meaning; give a share from 0 to 1.</source>
        <translation>最小重叠 {0} 没有意义；请给出 0 到 1 之间的比例。</translation>
    </message>
    <message>
        <source>A model wanted to use the network, which MedAI does not let models do; set MEDAI_WORKER_NETWORK=1 before MedAI is started if you trust it with that.</source>
        <translation>有模型要使用网络连接，MedAI 不允许模型这样做；如果您信任它使用网络，请在启动 MedAI 之前设置 MEDAI_WORKER_NETWORK=1。</translation>
    </message>
    <message>
        <source>A nadir and a least size of new lesions are lengths in mm; give 0 or more.</source>
        <translation>最低值和新发病灶的最小尺寸是以 mm 为单位的长度；请给出不小于 0 的值。</translation>
    </message>
    <message>
        <source>A tolerance of {0} mm has no meaning; give 0 or more.</source>
        <translation>容差 {0} mm 没有意义；请给出不小于 0 的值。</translation>
    </message>
    <message>
        <source>Abdominal organs and vessels, CT</source>
        <translation>腹部器官和血管，CT</translation>
    </message>
    <message>
        <source>An example for authors of bundles. Labels spheres of three kinds in made-up scans.</source>
        <translation>供模型包作者参考的示例。在虚构的扫描中标注三种球体。</translation>
    </message>
    <message>
        <source>An example for authors of bundles. Tells circles, triangles and rectangles apart in made-up pictures.</source>
        <translation>供模型包作者参考的示例。在虚构的图片中区分圆形、三角形和矩形。</translation>
    </message>
    <message>
        <source>An expression of the bundle makes an image far larger than the scan, which MedAI does not allow.</source>
        <translation>模型包的一个表达式生成的影像远大于扫描，MedAI 不允许这样做。</translation>
    </message>
    <message>
        <source>An nnU-Net, {0}D, {1} folds.</source>
        <translation>nnU-Net 模型，{0} 维，{1} 折。</translation>
    </message>
    <message>
        <source>Another MedAI is downloading {0}; try again when it is done.</source>
        <translation>另一个 MedAI 正在下载 {0}；请待其完成后重试。</translation>
    </message>
    <message>
        <source>Brain tumor (BraTS), four MR contrasts</source>
        <translation>脑肿瘤 (BraTS)，四种 MR 对比度</translation>
    </message>
    <message>
        <source>Breast density, mammogram</source>
        <translation>乳腺密度，乳腺 X 线摄影</translation>
    </message>
    <message>
        <source>DICOM of {0} cannot be written without the DICOM files that it was read from; name them.</source>
        <translation>没有 {0} 的来源 DICOM 文件，无法写入 DICOM；请指定这些文件。</translation>
    </message>
    <message>
        <source>Downloads need the package requests; run: pip install requests.</source>
        <translation>下载需要 requests 软件包；请运行：pip install requests。</translation>
    </message>
    <message>
        <source>Finds nodules in CT of the lung and puts a box with a score around each. Trained on LUNA16.</source>
        <translation>在肺部 CT 中检出结节，并用带分数的检测框标出每个结节。用 LUNA16 数据训练。</translation>
    </message>
    <message>
        <source>Finds where the leaflets of the heart&apos;s valves are attached in long-axis cine MR, frame by frame; points that a view does not show lie at the picture&apos;s corner.</source>
        <translation>在心脏长轴电影 MR 中逐帧找出心脏瓣膜瓣叶的附着点；视图中未显示的点位于图像角落。</translation>
    </message>
    <message>
        <source>For research: computed from segmentations, does not replace a reader.</source>
        <translation>仅供研究：由分割计算得出，不能替代阅片医师。</translation>
    </message>
    <message>
        <source>Heart valve points, long-axis MR</source>
        <translation>心脏瓣膜标志点，长轴 MR</translation>
    </message>
    <message>
        <source>Inside or outside the body, endoscopy</source>
        <translation>体内或体外，内窥镜</translation>
    </message>
    <message>
        <source>It has too few voxels for its diameters to mean much.</source>
        <translation>体素过少，径线测量值意义不大。</translation>
    </message>
    <message>
        <source>It holds {0}, which no weights need and which would run code if it were read as a pickle.</source>
        <translation>其中包含 {0}，权重不需要它，而且若作为 pickle 读取会运行代码。</translation>
    </message>
    <message>
        <source>It is a TorchScript program under the name of weights, and a program is only run if it says that it is one.</source>
        <translation>它是以权重为名的 TorchScript 程序；只有声明自己是程序的程序才会运行。</translation>
    </message>
    <message>
        <source>It is a link out of the bundle&apos;s folder (to {0}), which is never followed.</source>
        <translation>它是指向模型包文件夹之外的链接（指向 {0}），MedAI 从不跟随这种链接。</translation>
    </message>
    <message>
        <source>It is nested too deep, too large, or holds itself, so it cannot be judged.</source>
        <translation>它嵌套过深、过大或包含自身，因此无法评估。</translation>
    </message>
    <message>
        <source>It touches the edge of the scan, where it may go on.</source>
        <translation>触及扫描边缘，可能延伸至扫描范围之外。</translation>
    </message>
    <message>
        <source>It uses {0}, which is code of the bundle&apos;s own.</source>
        <translation>它使用了 {0}，这是该模型包的自带代码。</translation>
    </message>
    <message>
        <source>Its only weights are a TorchScript program, which runs as code of its own.</source>
        <translation>它唯一的权重是 TorchScript 程序，会作为自带代码运行。</translation>
    </message>
    <message>
        <source>Its volume is unusual for this structure.</source>
        <translation>其体积对该结构而言不寻常。</translation>
    </message>
    <message>
        <source>Kidney cortex, medulla and collecting system, CT</source>
        <translation>肾皮质、髓质和集合系统，CT</translation>
    </message>
    <message>
        <source>Kidney, tumor and vessels, CT in three phases</source>
        <translation>肾脏、肿瘤和血管，三期 CT</translation>
    </message>
    <message>
        <source>Kinds of nuclei, histology</source>
        <translation>细胞核种类，组织学</translation>
    </message>
    <message>
        <source>Labels 104 structures in CT of any part of the body, organs, vessels, bones and muscles. Trained on the public TotalSegmentator scans. Needs much memory and time.</source>
        <translation>在身体任何部位的 CT 中标注 104 个结构，包括器官、血管、骨骼和肌肉。用公开的 TotalSegmentator 扫描训练。需要较多内存和时间。</translation>
    </message>
    <message>
        <source>Labels 117 structures in CT of any part of the body, organs, vessels, bones and muscles, without clicks. Asked for a few labels only, it needs much less memory; for all of them it needs very much. Slow without a graphics card.</source>
        <translation>在身体任何部位的 CT 中标注 117 个结构，包括器官、血管、骨骼和肌肉，无需点击。只选少数标签时所需内存少得多；选择全部标签则需要非常多的内存。没有显卡时较慢。</translation>
    </message>
    <message>
        <source>Labels 132 regions of the brain in T1-weighted MR. The scan must be registered to the MNI305 template. Slow without a graphics card.</source>
        <translation>在 T1 加权 MR 中标注 132 个脑区。扫描必须配准到 MNI305 模板。没有显卡时较慢。</translation>
    </message>
    <message>
        <source>Labels are brought back to the scan&apos;s grid by the nearest voxel; the bundle interpolates between their numbers.</source>
        <translation>标签按最近体素还原到扫描的网格；该模型包则会在标签的编号之间插值。</translation>
    </message>
    <message>
        <source>Labels arteries, veins, ureter, tumor and parenchyma of the kidney from registered CT in the arterial, venous and excretory phase.</source>
        <translation>在已配准的动脉期、静脉期和排泄期 CT 中标注肾脏的动脉、静脉、输尿管、肿瘤和实质。</translation>
    </message>
    <message>
        <source>Labels cortex, medulla and the pelvicalyceal system of the kidneys in contrast-enhanced CT.</source>
        <translation>在增强 CT 中标注肾脏的皮质、髓质和肾盂肾盏系统。</translation>
    </message>
    <message>
        <source>Labels liver, spleen, stomach, gallbladder, pancreas, arteries and portal vein in contrast-enhanced abdominal CT.</source>
        <translation>在增强腹部 CT 中标注肝脏、脾脏、胃、胆囊、胰腺、动脉和门静脉。</translation>
    </message>
    <message>
        <source>Labels pancreas and pancreatic tumor in CT in the portal venous phase. Trained on the pancreas task of the Medical Segmentation Decathlon. Slow without a graphics card.</source>
        <translation>在门静脉期 CT 中标注胰腺和胰腺肿瘤。用 Medical Segmentation Decathlon 的胰腺任务数据训练。没有显卡时较慢。</translation>
    </message>
    <message>
        <source>Labels the central gland and the peripheral zone of the prostate in T2-weighted MR. Trained on Prostate158.</source>
        <translation>在 T2 加权 MR 中标注前列腺的中央腺体和外周带。用 Prostate158 数据训练。</translation>
    </message>
    <message>
        <source>Labels the instruments in a picture of an endoscope.</source>
        <translation>在内窥镜图片中标注器械。</translation>
    </message>
    <message>
        <source>Labels the spleen in abdominal CT as the first step of an interactive method; MedAI runs it without clicks.</source>
        <translation>作为交互式方法的第一步，在腹部 CT 中标注脾脏；MedAI 运行它时无需点击。</translation>
    </message>
    <message>
        <source>Labels thirteen organs and vessels in abdominal CT with a transformer. Trained on BTCV. Needs much memory.</source>
        <translation>用 Transformer 在腹部 CT 中标注十三种器官和血管。用 BTCV 数据训练。需要较多内存。</translation>
    </message>
    <message>
        <source>Labels tumor core, edema and enhancing tumor in glioma from T1c, T1, T2 and FLAIR that are registered, without the skull, at 1 mm.</source>
        <translation>在胶质瘤的 T1c、T1、T2 和 FLAIR 影像中标注肿瘤核心、水肿和强化肿瘤；影像须已配准、去除颅骨，分辨率为 1 mm。</translation>
    </message>
    <message>
        <source>Lesion {0} is no lesion of the baseline; choose targets among its lesions.</source>
        <translation>病灶 {0} 不是基线的病灶；请在基线病灶中选择靶病灶。</translation>
    </message>
    <message>
        <source>Lesion {0} of the baseline has no diameter; choose targets that have one.</source>
        <translation>基线的病灶 {0} 没有直径；请选择有直径的靶病灶。</translation>
    </message>
    <message>
        <source>Lesions and labels could not be measured ({0}); the labels themselves are complete.</source>
        <translation>无法测量病灶和标签（{0}）；标签本身是完整的。</translation>
    </message>
    <message>
        <source>Lung nodules, CT</source>
        <translation>肺结节，CT</translation>
    </message>
    <message>
        <source>MedAI is offline (--offline, MEDAI_OFFLINE or its settings); install the model from a file.</source>
        <translation>MedAI 处于离线状态（--offline、MEDAI_OFFLINE 或其设置）；请从文件安装模型。</translation>
    </message>
    <message>
        <source>New: {0}. A reader decides whether that is unequivocal.</source>
        <translation>新发：{0}。是否明确由阅片医师判断。</translation>
    </message>
    <message>
        <source>No file was named for the report; name one that ends with .html or .pdf.</source>
        <translation>没有为报告指定文件；请指定以 .html 或 .pdf 结尾的文件。</translation>
    </message>
    <message>
        <source>No model is named; name those to export, as `medai models list` writes them.</source>
        <translation>没有指定模型；请指定要导出的模型，名称如 `medai models list` 所列。</translation>
    </message>
    <message>
        <source>No target lesion: none of the baseline&apos;s was chosen or is large enough to be one; no new lesions.</source>
        <translation>没有靶病灶：基线病灶均未被选定，或大小不足以作为靶病灶；无新发病灶。</translation>
    </message>
    <message>
        <source>No target lesion: none of the baseline&apos;s was chosen or is large enough to be one; {0} new lesion.</source>
        <translation>没有靶病灶：基线病灶均未被选定，或大小不足以作为靶病灶；新发病灶 {0} 个。</translation>
    </message>
    <message>
        <source>No target lesion: none of the baseline&apos;s was chosen or is large enough to be one; {0} new lesions.</source>
        <translation>没有靶病灶：基线病灶均未被选定，或大小不足以作为靶病灶；新发病灶 {0} 个。</translation>
    </message>
    <message>
        <source>Nobody can look into the network of {0}; leave the explanation out.</source>
        <translation>无法查看 {0} 的网络内部；请不要选择解释。</translation>
    </message>
    <message>
        <source>Not counted: {0} new lesion below the least size that was asked for.</source>
        <translation>未计入：{0} 个小于所设最小尺寸的新发病灶。</translation>
    </message>
    <message>
        <source>Not counted: {0} new lesions below the least size that was asked for.</source>
        <translation>未计入：{0} 个小于所设最小尺寸的新发病灶。</translation>
    </message>
    <message>
        <source>Pancreas and its tumor, CT</source>
        <translation>胰腺及其肿瘤，CT</translation>
    </message>
    <message>
        <source>Parts that the bundle puts on a GPU of its own choice go to the device that the run uses.</source>
        <translation>模型包自行指定放到 GPU 上的部件，会改用此次运行所用的设备。</translation>
    </message>
    <message>
        <source>Prostate zones, MR</source>
        <translation>前列腺分区，MR</translation>
    </message>
    <message>
        <source>Scans are resampled to the spacing that the detector was made for; the bundle has this step, but leaves it out.</source>
        <translation>扫描会重采样到检测器所适用的间距；模型包中有此步骤，但未启用。</translation>
    </message>
    <message>
        <source>SoD {0} mm -&gt; not measured; no new lesions.</source>
        <translation>直径总和 (SoD) {0} mm -&gt; 未测量；无新发病灶。</translation>
    </message>
    <message>
        <source>SoD {0} mm -&gt; not measured; {1} new lesion.</source>
        <translation>直径总和 (SoD) {0} mm -&gt; 未测量；新发病灶 {1} 个。</translation>
    </message>
    <message>
        <source>SoD {0} mm -&gt; not measured; {1} new lesions.</source>
        <translation>直径总和 (SoD) {0} mm -&gt; 未测量；新发病灶 {1} 个。</translation>
    </message>
    <message>
        <source>SoD {0} mm -&gt; {1} mm; no new lesions.</source>
        <translation>直径总和 (SoD) {0} mm -&gt; {1} mm；无新发病灶。</translation>
    </message>
    <message>
        <source>SoD {0} mm -&gt; {1} mm; {2} new lesion.</source>
        <translation>直径总和 (SoD) {0} mm -&gt; {1} mm；新发病灶 {2} 个。</translation>
    </message>
    <message>
        <source>SoD {0} mm -&gt; {1} mm; {2} new lesions.</source>
        <translation>直径总和 (SoD) {0} mm -&gt; {1} mm；新发病灶 {2} 个。</translation>
    </message>
    <message>
        <source>Spleen, CT, at one go</source>
        <translation>脾脏，CT，一步完成</translation>
    </message>
    <message>
        <source>Steps of the postprocessing that work on the training label are left out, since a scan comes without one.</source>
        <translation>后处理中针对训练标签的步骤已省略，因为扫描不带训练标签。</translation>
    </message>
    <message>
        <source>Still there: {0} other lesion; a reader decides whether they progress unequivocally.</source>
        <translation>仍存在：{0} 个其他病灶；是否明确进展由阅片医师判断。</translation>
    </message>
    <message>
        <source>Still there: {0} other lesions; a reader decides whether they progress unequivocally.</source>
        <translation>仍存在：{0} 个其他病灶；是否明确进展由阅片医师判断。</translation>
    </message>
    <message>
        <source>Surgical instruments, endoscopy</source>
        <translation>手术器械，内窥镜</translation>
    </message>
    <message>
        <source>SwinUNETR is built without img_size, which MONAI has had no use for since 1.5; the weights are the same.</source>
        <translation>构建 SwinUNETR 时不使用 img_size，MONAI 自 1.5 起已不需要它；权重相同。</translation>
    </message>
    <message>
        <source>Target {0} could not be measured at the follow-up: it has no diameter there.</source>
        <translation>随访时无法测量靶病灶 {0}：它在随访扫描中没有直径。</translation>
    </message>
    <message>
        <source>Target {0} could not be measured at the follow-up: its place lies outside of the follow-up&apos;s scan.</source>
        <translation>随访时无法测量靶病灶 {0}：其位置在随访扫描范围之外。</translation>
    </message>
    <message>
        <source>Tells the density of the breast (A, almost all fat, to D, extremely dense) from a mammogram.</source>
        <translation>根据乳腺 X 线片判断乳腺密度（A 几乎全为脂肪，D 极度致密）。</translation>
    </message>
    <message>
        <source>Tells what kind of cell a marked nucleus belongs to, in a picture stained with hematoxylin and eosin and a mask of the nucleus.</source>
        <translation>在苏木精-伊红染色的图片中，根据细胞核的掩膜判断所标记的细胞核属于哪种细胞。</translation>
    </message>
    <message>
        <source>Tells whether a picture of an endoscope was taken inside the body.</source>
        <translation>判断内窥镜图片是否在体内拍摄。</translation>
    </message>
    <message>
        <source>Template, classes of shapes</source>
        <translation>模板，形状分类</translation>
    </message>
    <message>
        <source>Template, labels of spheres</source>
        <translation>模板，球体标签</translation>
    </message>
    <message>
        <source>The baseline&apos;s scan does not show the place of {0}; RECIST counts such lesions as new.</source>
        <translation>基线扫描未覆盖 {0} 的位置；按 RECIST，此类病灶计为新发病灶。</translation>
    </message>
    <message>
        <source>The bundle has no code for {0}; get the bundle again.</source>
        <translation>该模型包没有 {0} 的代码；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The bundle reads {0} as a text, which is too long; get the bundle again.</source>
        <translation>该模型包将 {0} 作为文本读取，但它过长；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The bundle uses {0}, code of its own; look at it with medai audit and allow it first.</source>
        <translation>该模型包使用了自带代码 {0}；请先用 medai audit 查看并允许它。</translation>
    </message>
    <message>
        <source>The bundle&apos;s class_prompts are no list of different classes from 1 to {0}; get the bundle again.</source>
        <translation>该模型包的 class_prompts 不是由 1 到 {0} 的互不相同的类别组成的列表；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The bundle&apos;s configuration computes values that grow without bound, which MedAI does not allow.</source>
        <translation>该模型包的配置计算出无限增长的值，MedAI 不允许这样做。</translation>
    </message>
    <message>
        <source>The bundle&apos;s configuration has too many objects inside one another; get the bundle again.</source>
        <translation>该模型包的配置中对象嵌套过多；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The bundle&apos;s configuration has {0} transforms inside one another, more than MedAI allows.</source>
        <translation>该模型包的配置嵌套了 {0} 个变换，超出了 MedAI 允许的范围。</translation>
    </message>
    <message>
        <source>The bundle&apos;s configuration is nested too deep to be built; get the bundle again.</source>
        <translation>该模型包的配置嵌套过深，无法构建；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The bundle&apos;s configuration opens a file in a way that MedAI does not allow.</source>
        <translation>该模型包的配置以 MedAI 不允许的方式打开文件。</translation>
    </message>
    <message>
        <source>The bundle&apos;s configuration opens {0}, which is no file.</source>
        <translation>该模型包的配置要打开 {0}，但它不是文件。</translation>
    </message>
    <message>
        <source>The bundle&apos;s configuration opens {0}, which is outside of its folder.</source>
        <translation>该模型包的配置要打开 {0}，但它在其文件夹之外。</translation>
    </message>
    <message>
        <source>The bundle&apos;s configuration repeats a sequence too often, which MedAI does not allow.</source>
        <translation>该模型包的配置将一个序列重复了过多次，MedAI 不允许这样做。</translation>
    </message>
    <message>
        <source>The bundle&apos;s configuration takes in {0}, which is not in its folder configs.</source>
        <translation>该模型包的配置引入了 {0}，但它不在其 configs 文件夹中。</translation>
    </message>
    <message>
        <source>The bundle&apos;s configuration takes too many steps to compute, more than MedAI allows.</source>
        <translation>该模型包的配置计算步骤过多，超出了 MedAI 允许的范围。</translation>
    </message>
    <message>
        <source>The bundle&apos;s detector is no RetinaNet for volumes, which is all that MedAI can run; choose another.</source>
        <translation>该模型包的检测器不是用于体数据的 RetinaNet，而 MedAI 只能运行这种检测器；请选择其他模型。</translation>
    </message>
    <message>
        <source>The bundle&apos;s network does not give one number per class, which MedAI needs of a classification model.</source>
        <translation>该模型包的网络不是为每个类别给出一个数值，而 MedAI 要求分类模型这样做。</translation>
    </message>
    <message>
        <source>The bundle&apos;s network does not give the coordinates of points, which MedAI needs of a landmark model.</source>
        <translation>该模型包的网络没有给出点的坐标，而 MedAI 要求标志点模型这样做。</translation>
    </message>
    <message>
        <source>The bundle&apos;s network has more than a hundred thousand parts, more than any that is known.</source>
        <translation>该模型包的网络有十万个以上的部件，超过任何已知的网络。</translation>
    </message>
    <message>
        <source>The bundle&apos;s network has more than two thousand million parameters, more than any that is known.</source>
        <translation>该模型包的网络有二十亿个以上的参数，超过任何已知的网络。</translation>
    </message>
    <message>
        <source>The bundle&apos;s own code ({0}) cannot be loaded ({1}); ask its authors.</source>
        <translation>无法加载该模型包的自带代码（{0}；{1}）；请询问其作者。</translation>
    </message>
    <message>
        <source>The bundle&apos;s own code has no {0}; get the bundle again.</source>
        <translation>该模型包的自带代码中没有 {0}；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The bundle&apos;s own code needs the Python package {0}; install it first.</source>
        <translation>该模型包的自带代码需要 Python 软件包 {0}；请先安装它。</translation>
    </message>
    <message>
        <source>The bundle&apos;s own code uses numpy.product, which NumPy 2 no longer has; numpy.prod is used instead.</source>
        <translation>该模型包的自带代码使用了 NumPy 2 已移除的 numpy.product；已改用 numpy.prod。</translation>
    </message>
    <message>
        <source>The bundle&apos;s postprocessing fails on the network&apos;s output; use another model.</source>
        <translation>该模型包的后处理在网络的输出上失败；请使用其他模型。</translation>
    </message>
    <message>
        <source>The bundle&apos;s postprocessing fails on the scores of its classes; use another model.</source>
        <translation>该模型包的后处理在其类别分数上失败；请使用其他模型。</translation>
    </message>
    <message>
        <source>The bundle&apos;s postprocessing gives another number of classes than its network; get the bundle again.</source>
        <translation>该模型包的后处理给出的类别数与其网络不同；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The bundle&apos;s postprocessing gives several values per voxel, which MedAI cannot read as labels.</source>
        <translation>该模型包的后处理为每个体素给出多个值，MedAI 无法将其作为标签读取。</translation>
    </message>
    <message>
        <source>The bundle&apos;s preprocessing loses where the scan is, so that its boxes have no place; use another model.</source>
        <translation>该模型包的预处理丢失了扫描的位置，因此其检测框没有位置；请使用其他模型。</translation>
    </message>
    <message>
        <source>The bundle&apos;s preprocessing loses where the scan is, so that its points have no place.</source>
        <translation>该模型包的预处理丢失了扫描的位置，因此其标志点没有位置。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} asks for images of {1} = {2}, more than any memory holds.</source>
        <translation>该模型包的 {0} 要求影像的 {1} = {2}，超出任何内存的容量。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} asks for voxels of {1} mm, finer than any scan is.</source>
        <translation>该模型包的 {0} 要求 {1} mm 的体素，比任何扫描都精细。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} cannot be read ({1}); get the bundle again.</source>
        <translation>无法读取该模型包的 {0}（{1}）；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} has a size = {1}, more than MedAI allows.</source>
        <translation>该模型包的 {0} 中有大小 = {1}，超出了 MedAI 允许的范围。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} has more than {1} transforms; get the bundle again.</source>
        <translation>该模型包的 {0} 含有超过 {1} 个变换；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} has settings that MedAI does not know, so it is not built.</source>
        <translation>该模型包的 {0} 含有 MedAI 不认识的设置，因此未构建。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} has too many lists within lists; get the bundle again.</source>
        <translation>该模型包的 {0} 中列表嵌套过多；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} has {1} = {2}, more than MedAI allows.</source>
        <translation>该模型包的 {0} 中有 {1} = {2}，超出了 MedAI 允许的范围。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} is described with too many numbers, more than any known network.</source>
        <translation>该模型包的 {0} 的描述含有过多数值，超过任何已知的网络。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} is no list of transforms, which MedAI cannot read; get the bundle again.</source>
        <translation>该模型包的 {0} 不是变换列表，MedAI 无法读取；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} is not code of its own, and not among the parts that MedAI allows.</source>
        <translation>该模型包的 {0} 既不是自带代码，也不在 MedAI 允许的部件之列。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} is not what was allowed; look at the bundle again with medai audit.</source>
        <translation>该模型包的 {0} 与当初允许的内容不同；请重新用 medai audit 查看模型包。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} joins {1} channels with {2}, more than any network that is known.</source>
        <translation>该模型包的 {0} 将 {1} 个通道与 {2} 个通道相连，超过任何已知的网络。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} may move voxels, and does not say where to; use another model.</source>
        <translation>该模型包的 {0} 可能移动体素，但没有说明移到何处；请使用其他模型。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} needs a Python package that is not installed; install it first.</source>
        <translation>该模型包的 {0} 需要一个尚未安装的 Python 软件包；请先安装它。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} needs the Python package {1}, which is not installed; install it first.</source>
        <translation>该模型包的 {0} 需要 Python 软件包 {1}，但它尚未安装；请先安装它。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} sets {1} of its list of transforms, which MedAI cannot read.</source>
        <translation>该模型包的 {0} 设置了其变换列表的 {1}，MedAI 无法读取。</translation>
    </message>
    <message>
        <source>The bundle&apos;s {0} wants to download or read weights ({1}), which MedAI does not allow.</source>
        <translation>该模型包的 {0} 要下载或读取权重（{1}），MedAI 不允许这样做。</translation>
    </message>
    <message>
        <source>The certificate of {0} is not believed; if your network has its own authority, set SSL_CERT_FILE.</source>
        <translation>{0} 的证书不受信任；如果您的网络有自己的证书颁发机构，请设置 SSL_CERT_FILE。</translation>
    </message>
    <message>
        <source>The checkpoint loader of {0} names no file; get the bundle again.</source>
        <translation>{0} 的检查点加载器没有指定文件；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The confidence map of {0} is that of the plain run: it cannot be mirrored without exchanging left and right.</source>
        <translation>{0} 的置信度图来自未镜像的运行：镜像会使其左右互换。</translation>
    </message>
    <message>
        <source>The confidence map of {0} is that of the plain run: it was not trained on mirrored scans.</source>
        <translation>{0} 的置信度图来自未镜像的运行：它没有用镜像扫描训练过。</translation>
    </message>
    <message>
        <source>The confidence map of {0} is that of the plain run: where left is gets lost in its preprocessing.</source>
        <translation>{0} 的置信度图来自未镜像的运行：其预处理丢失了左右方位信息。</translation>
    </message>
    <message>
        <source>The configuration describes no network that MedAI could run.</source>
        <translation>该配置没有描述 MedAI 能够运行的网络。</translation>
    </message>
    <message>
        <source>The configuration in {0} takes itself in by %; get the bundle again.</source>
        <translation>{0} 中的配置通过 % 引入了自身；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The configuration takes in another file ({0}), which MedAI does not follow.</source>
        <translation>该配置引入了另一个文件（{0}），MedAI 不会跟随。</translation>
    </message>
    <message>
        <source>The download was cancelled; what is here already is kept for the next time.</source>
        <translation>下载已取消；已下载的部分会保留，供下次继续。</translation>
    </message>
    <message>
        <source>The expression {0} uses {1}, which is not allowed in a bundle.</source>
        <translation>表达式 {0} 使用了 {1}，这在模型包中是不允许的。</translation>
    </message>
    <message>
        <source>The follow-up&apos;s scan does not show the place of {0} of the baseline; not taken as vanished.</source>
        <translation>随访扫描未覆盖基线 {0} 的位置；不视为消失。</translation>
    </message>
    <message>
        <source>The function {0} of the bundle is called with {1} values.</source>
        <translation>模型包的函数 {0} 在调用时得到 {1} 个值。</translation>
    </message>
    <message>
        <source>The input has no voxels; load it again or choose another volume.</source>
        <translation>输入没有体素；请重新加载或选择其他体数据。</translation>
    </message>
    <message>
        <source>The input holds diffusion tensors, not an image; choose a scalar or vector volume.</source>
        <translation>输入包含的是扩散张量，而不是影像；请选择标量或矢量体数据。</translation>
    </message>
    <message>
        <source>The input is not a volume; choose a volume.</source>
        <translation>输入不是体数据；请选择体数据。</translation>
    </message>
    <message>
        <source>The installed MONAI has no {0}, which the bundle needs; update MONAI.</source>
        <translation>已安装的 MONAI 没有模型包所需的 {0}；请更新 MONAI。</translation>
    </message>
    <message>
        <source>The label map volume holds one label for each voxel: where labels overlap, the smallest is on top.</source>
        <translation>标签图体数据中每个体素只有一个标签：标签重叠处，编号最小的在最上层。</translation>
    </message>
    <message>
        <source>The label map {0} does not hold lesion {1} ({2}) as it was measured; run the model again, so that label map and findings fit.</source>
        <translation>标签图 {0} 中的病灶 {1}（{2}）与测量时不符；请重新运行模型，使标签图与检出结果一致。</translation>
    </message>
    <message>
        <source>The lesions of {0} are not those of its label map; find the lesions again.</source>
        <translation>{0} 的病灶与其标签图不符；请重新查找病灶。</translation>
    </message>
    <message>
        <source>The lesions were removed already; there is nothing to undo.</source>
        <translation>病灶已被移除；没有可撤销的内容。</translation>
    </message>
    <message>
        <source>The memory did not suffice for this run; close other applications, choose a smaller region or another device.</source>
        <translation>内存不足，无法完成此次运行；请关闭其他应用程序，选择更小的区域或其他设备。</translation>
    </message>
    <message>
        <source>The model does not look for its label {0} by itself; ask for other labels.</source>
        <translation>该模型不会自行查找其标签 {0}；请选择其他标签。</translation>
    </message>
    <message>
        <source>The model gives no label map but boxes, points or classes; look at its findings.</source>
        <translation>该模型不给出标签图，而是给出检测框、标志点或类别；请查看其检出结果。</translation>
    </message>
    <message>
        <source>The model gives no labels, which the export &apos;seg&apos; is made of; leave it out.</source>
        <translation>该模型不给出标签，而导出 &apos;seg&apos; 需要标签；请去掉该项。</translation>
    </message>
    <message>
        <source>The model has no folds; get it again.</source>
        <translation>该模型没有任何折 (fold)；请重新获取。</translation>
    </message>
    <message>
        <source>The model is not sure here.</source>
        <translation>模型对此处没有把握。</translation>
    </message>
    <message>
        <source>The network cannot compute an input of {0} ({1}).</source>
        <translation>网络无法计算 {0} 的输入（{1}）。</translation>
    </message>
    <message>
        <source>The network cannot compute an input of {0}; it takes {1} ({2}).</source>
        <translation>网络无法计算 {0} 的输入；它接受 {1}（{2}）。</translation>
    </message>
    <message>
        <source>The network gives labels other than 0 to {0}, which its description promises; correct labels or output in medai-model.json.</source>
        <translation>网络给出的标签不在其描述所声明的 0 至 {0} 之内；请更正 medai-model.json 中的 labels 或 output。</translation>
    </message>
    <message>
        <source>The network gives no gradients, so that it cannot be explained; leave the explanation out.</source>
        <translation>该网络不提供梯度，因此无法解释；请不要选择解释。</translation>
    </message>
    <message>
        <source>The network gives no scores that could be explained; leave the explanation out.</source>
        <translation>该网络没有给出可供解释的分数；请不要选择解释。</translation>
    </message>
    <message>
        <source>The network gives no tensor; export one that gives its scores alone.</source>
        <translation>网络没有给出张量；请导出只给出分数的网络。</translation>
    </message>
    <message>
        <source>The network gives {0} values for an input of {1}, where its description promises {2}; correct labels, output or window in medai-model.json.</source>
        <translation>对于 {1} 的输入，网络给出 {0} 个值，而其描述声明为 {2}；请更正 medai-model.json 中的 labels、output 或 window。</translation>
    </message>
    <message>
        <source>The network is built without downloading weights of ImageNet (pretrained), which the bundle&apos;s own weights replace.</source>
        <translation>构建网络时不下载 ImageNet 权重 (pretrained)，它们会被模型包自己的权重取代。</translation>
    </message>
    <message>
        <source>The network of the plans cannot be built from their settings ({0}).</source>
        <translation>无法按设置构建 plans 中的网络（{0}）。</translation>
    </message>
    <message>
        <source>The network of {0} cannot take slices of {1} pixels, only of {2}; crop or pad the scan.</source>
        <translation>{0} 的网络不能处理 {1} 像素的切片，只能处理 {2} 像素的切片；请裁剪或填充扫描。</translation>
    </message>
    <message>
        <source>The network of {0} cannot take slices of {1} pixels; crop or pad the scan.</source>
        <translation>{0} 的网络不能处理 {1} 像素的切片；请裁剪或填充扫描。</translation>
    </message>
    <message>
        <source>The network&apos;s scores are too large for half precision; the model is damaged, get it again.</source>
        <translation>网络的分数对半精度而言过大；模型已损坏，请重新获取。</translation>
    </message>
    <message>
        <source>The network_def of {0} is no network; get the bundle again.</source>
        <translation>{0} 的 network_def 不是网络；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The opacity of {0} was left out; {1} sees its colors alone.</source>
        <translation>{0} 的不透明度已忽略；{1} 只使用其颜色。</translation>
    </message>
    <message>
        <source>The points are of {0} frames; each point&apos;s description says of which.</source>
        <translation>这些点属于 {0} 帧；每个点的描述中说明了所属的帧。</translation>
    </message>
    <message>
        <source>The prediction is not on the grid of {0}; name the scan that it was made from.</source>
        <translation>预测结果不在 {0} 的网格上；请指定生成该结果所用的扫描。</translation>
    </message>
    <message>
        <source>The prediction is not on the grid of {0}; run the model on this scan.</source>
        <translation>预测结果不在 {0} 的网格上；请在此扫描上运行模型。</translation>
    </message>
    <message>
        <source>The preprocessing of {0} does not lead to pictures for its network; get the bundle again.</source>
        <translation>{0} 的预处理没有生成网络所需的图片；请重新获取模型包。</translation>
    </message>
    <message>
        <source>The result has more than {0} lesions; DICOM cannot number them, use CSV or JSON.</source>
        <translation>结果中的病灶超过 {0} 个，DICOM 无法为其编号；请使用 CSV 或 JSON。</translation>
    </message>
    <message>
        <source>The result has no label {0}; choose from another result.</source>
        <translation>结果中没有标签 {0}；请从其他结果中选择。</translation>
    </message>
    <message>
        <source>The result has no label {0}; choose from {1}.</source>
        <translation>结果中没有标签 {0}；请从以下标签中选择：{1}。</translation>
    </message>
    <message>
        <source>The result has no labels, lesions or boxes, so there is nothing to report in DICOM; leave it out.</source>
        <translation>结果中没有标签、病灶或检测框，没有可写入 DICOM 报告的内容；请去掉该项。</translation>
    </message>
    <message>
        <source>The result is not on the grid of {0}; name the scan that the model was run on.</source>
        <translation>结果不在 {0} 的网格上；请指定运行模型时所用的扫描。</translation>
    </message>
    <message>
        <source>The result was removed already; there is nothing to undo.</source>
        <translation>结果已被移除；没有可撤销的内容。</translation>
    </message>
    <message>
        <source>The run failed unexpectedly ({0}); the details say where.</source>
        <translation>运行意外失败（{0}）；详细信息中说明了出错位置。</translation>
    </message>
    <message>
        <source>The run has not ended; wait for it first.</source>
        <translation>运行尚未结束；请先等待其结束。</translation>
    </message>
    <message>
        <source>The run was cancelled; nothing was changed.</source>
        <translation>运行已取消，未作任何更改。</translation>
    </message>
    <message>
        <source>The run&apos;s process crashed ({0}); the log says more, and the next run starts a new process.</source>
        <translation>运行的进程已崩溃（{0}）；日志中有更多信息，下次运行会启动新进程。</translation>
    </message>
    <message>
        <source>The run&apos;s process ended unexpectedly (exit code {0}); the log says more, and the next run starts a new process.</source>
        <translation>运行的进程意外结束（退出代码 {0}）；日志中有更多信息，下次运行会启动新进程。</translation>
    </message>
    <message>
        <source>The run&apos;s process was killed (SIGKILL), probably because the memory of the computer ran out; close other applications or choose a smaller region, then try again.</source>
        <translation>运行的进程被系统终止（SIGKILL），可能是因为计算机内存耗尽；请关闭其他应用程序或选择更小的区域，然后重试。</translation>
    </message>
    <message>
        <source>The scan has no voxels for the network; use another scan.</source>
        <translation>扫描没有可供网络使用的体素；请使用其他扫描。</translation>
    </message>
    <message>
        <source>The scan is read by MedAI instead of MONAI&apos;s ITKReader, which needs a package that Slicer&apos;s Python lacks.</source>
        <translation>扫描由 MedAI 读取，而不是 MONAI 的 ITKReader；后者需要 Slicer 的 Python 中没有的软件包。</translation>
    </message>
    <message>
        <source>The scan lies outside of what the model was made for.</source>
        <translation>该扫描超出模型的适用范围。</translation>
    </message>
    <message>
        <source>The segments could not be brought to the scan&apos;s grid; resample the segmentation first.</source>
        <translation>无法将分割段转换到扫描的网格；请先对分割进行重采样。</translation>
    </message>
    <message>
        <source>The segments of {0} are gone; measure the lesions again.</source>
        <translation>{0} 的分割段已不存在；请重新测量病灶。</translation>
    </message>
    <message>
        <source>The targets alone: {0} ({1}).</source>
        <translation>仅就靶病灶而言：{0}（{1}）。</translation>
    </message>
    <message>
        <source>The transform from baseline to follow-up is no matrix of 4 x 4 that can be undone; give a rigid one.</source>
        <translation>从基线到随访的变换不是可逆的 4 x 4 矩阵；请提供刚性变换。</translation>
    </message>
    <message>
        <source>The transform of {0} could not be applied; harden it, then run again.</source>
        <translation>无法应用 {0} 的变换；请先固化该变换，然后重新运行。</translation>
    </message>
    <message>
        <source>The transform of {0} shears it; the boxes are where the scan was shown, and do not follow it.</source>
        <translation>{0} 的变换使其产生剪切；检测框位于扫描显示时的位置，不会随该变换移动。</translation>
    </message>
    <message>
        <source>The transform of {0} was changed during the run; the result is where the scan was before.</source>
        <translation>{0} 的变换在运行期间被更改；结果位于扫描原先的位置。</translation>
    </message>
    <message>
        <source>The voxels of {0} did not arrive ({1}); start the run again.</source>
        <translation>{0} 的体素未能传送（{1}）；请重新运行。</translation>
    </message>
    <message>
        <source>The voxels of {0} were changed during the run; the result is of the earlier ones.</source>
        <translation>{0} 的体素在运行期间被更改；结果对应更改前的体素。</translation>
    </message>
    <message>
        <source>There is no confidence map: how sure {0} is, its scores say.</source>
        <translation>没有置信度图：{0} 的把握程度由其分数表示。</translation>
    </message>
    <message>
        <source>There is no confidence map: the preprocessing of {0} loses the way back to the scan.</source>
        <translation>没有置信度图：{0} 的预处理使结果无法还原到扫描上。</translation>
    </message>
    <message>
        <source>There is no confidence map: {0} does not tell what its scores mean, or gives labels without any.</source>
        <translation>没有置信度图：{0} 没有说明其分数的含义，或只给出标签而没有分数。</translation>
    </message>
    <message>
        <source>There is no confidence map: {0} gives points, and does not say how sure it is of them.</source>
        <translation>没有置信度图：{0} 给出标志点，但没有说明对它们的把握程度。</translation>
    </message>
    <message>
        <source>There is no installed model {0}; installed: none.</source>
        <translation>没有已安装的模型 {0}；尚未安装任何模型。</translation>
    </message>
    <message>
        <source>There is no installed model {0}; installed: {1}.</source>
        <translation>没有已安装的模型 {0}；已安装：{1}。</translation>
    </message>
    <message>
        <source>There is no model or bundle folder {0}; models here: none.</source>
        <translation>没有模型或模型包文件夹 {0}；本机没有任何模型。</translation>
    </message>
    <message>
        <source>There is no model or bundle folder {0}; models here: {1}.</source>
        <translation>没有模型或模型包文件夹 {0}；本机的模型：{1}。</translation>
    </message>
    <message>
        <source>There is no public model {0}; see `medai models list`, or install a model from its file.</source>
        <translation>没有公开模型 {0}；请查看 `medai models list`，或从文件安装模型。</translation>
    </message>
    <message>
        <source>There is no record of how {0} was installed; install it again to have one.</source>
        <translation>没有 {0} 的安装记录；重新安装即可生成。</translation>
    </message>
    <message>
        <source>There is no saliency map: the preprocessing of {0} loses the way back to the scan.</source>
        <translation>没有显著图：{0} 的预处理使结果无法还原到扫描上。</translation>
    </message>
    <message>
        <source>There is no saliency map: {0} loses the way back to the scan.</source>
        <translation>没有显著图：{0} 的结果无法还原到扫描上。</translation>
    </message>
    <message>
        <source>There is no {0} {1} in this result; choose one of {2}.</source>
        <translation>此结果中没有 {0} {1}；请选择其中之一：{2}。</translation>
    </message>
    <message>
        <source>There is no {0} {1} in this result; it has no {2}s.</source>
        <translation>此结果中没有 {0} {1}；其中没有任何 {2}。</translation>
    </message>
    <message>
        <source>There is no {0} {1} in this result; its {2}s are 1 to {3}.</source>
        <translation>此结果中没有 {0} {1}；其中 {2} 的编号为 1 至 {3}。</translation>
    </message>
    <message>
        <source>Thirteen abdominal organs, CT</source>
        <translation>十三种腹部器官，CT</translation>
    </message>
    <message>
        <source>This client is closed; make a new one.</source>
        <translation>此客户端已关闭；请新建一个。</translation>
    </message>
    <message>
        <source>This computer has no {0} device that PyTorch can use; choose the device cpu or auto.</source>
        <translation>本机没有 PyTorch 可用的 {0} 设备；请选择设备 cpu 或 auto。</translation>
    </message>
    <message>
        <source>This model is for pictures with values from 0 to 255, which this scan&apos;s are not; use another.</source>
        <translation>此模型用于值为 0 到 255 的图片，而此扫描的值不是；请使用其他模型或扫描。</translation>
    </message>
    <message>
        <source>Two lesions of the {0} have one number; measure them anew.</source>
        <translation>{0} 中有两个病灶的编号相同；请重新测量。</translation>
    </message>
    <message>
        <source>URLs are not taken; download the file and install it.</source>
        <translation>不接受网址；请下载文件后再安装。</translation>
    </message>
    <message>
        <source>VISTA3D looks for all classes of everything_labels, or for those alone that are asked for; its own inferer, which adds clicks to that, is replaced by MONAI&apos;s SlidingWindowInfererAdapt, which it calls itself where there are none.</source>
        <translation>VISTA3D 查找 everything_labels 中的所有类别，或只查找所要求的类别；它自带的、增加了点击功能的推理器由 MONAI 的 SlidingWindowInfererAdapt 代替，没有点击时自带推理器本身也调用它。</translation>
    </message>
    <message>
        <source>Whole body (VISTA3D), CT</source>
        <translation>全身 (VISTA3D)，CT</translation>
    </message>
    <message>
        <source>Whole body, CT</source>
        <translation>全身，CT</translation>
    </message>
    <message>
        <source>Whole brain in 132 regions, MR</source>
        <translation>全脑 132 个脑区，MR</translation>
    </message>
    <message>
        <source>adrenal gland</source>
        <translation>肾上腺</translation>
    </message>
    <message>
        <source>aorta</source>
        <translation>主动脉</translation>
    </message>
    <message>
        <source>bladder</source>
        <translation>膀胱</translation>
    </message>
    <message>
        <source>body</source>
        <translation>身体</translation>
    </message>
    <message>
        <source>bone</source>
        <translation>骨骼</translation>
    </message>
    <message>
        <source>bowel</source>
        <translation>肠</translation>
    </message>
    <message>
        <source>brain</source>
        <translation>脑部</translation>
    </message>
    <message>
        <source>breast</source>
        <translation>乳腺</translation>
    </message>
    <message>
        <source>cannot be looked at without psutil</source>
        <translation>没有 psutil 则无法检查</translation>
    </message>
    <message>
        <source>cannot be tried ({0})</source>
        <translation>无法尝试（{0}）</translation>
    </message>
    <message>
        <source>cell</source>
        <translation>细胞</translation>
    </message>
    <message>
        <source>close other applications before a run</source>
        <translation>请在运行前关闭其他应用程序</translation>
    </message>
    <message>
        <source>colon</source>
        <translation>结肠</translation>
    </message>
    <message>
        <source>disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>does not run</source>
        <translation>无法运行</translation>
    </message>
    <message>
        <source>duodenum</source>
        <translation>十二指肠</translation>
    </message>
    <message>
        <source>esophagus</source>
        <translation>食管</translation>
    </message>
    <message>
        <source>for --scene run: pip install &apos;medai[scene]&apos;</source>
        <translation>要使用 --scene，请运行：pip install &apos;medai[scene]&apos;</translation>
    </message>
    <message>
        <source>for {0}, run: pip install {1}</source>
        <translation>如需 {0}，请运行：pip install {1}</translation>
    </message>
    <message>
        <source>free some space, or set TMPDIR to a folder with more</source>
        <translation>请释放一些空间，或将 TMPDIR 设为空间更大的文件夹</translation>
    </message>
    <message>
        <source>gallbladder</source>
        <translation>胆囊</translation>
    </message>
    <message>
        <source>graphics card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>heart</source>
        <translation>心脏</translation>
    </message>
    <message>
        <source>install MedAI again: it brings one</source>
        <translation>请重新安装 MedAI：其中自带一个模型</translation>
    </message>
    <message>
        <source>install PyTorch for a CUDA version that the driver supports, to run models several times faster</source>
        <translation>请安装适用于驱动程序所支持 CUDA 版本的 PyTorch，模型运行速度可提高数倍</translation>
    </message>
    <message>
        <source>install Python 3.10 to 3.13</source>
        <translation>请安装 Python 3.10 至 3.13</translation>
    </message>
    <message>
        <source>install it again: pip install --force-reinstall torch</source>
        <translation>请重新安装：pip install --force-reinstall torch</translation>
    </message>
    <message>
        <source>install the application or MedAI again</source>
        <translation>请重新安装应用程序或 MedAI</translation>
    </message>
    <message>
        <source>instrument</source>
        <translation>器械</translation>
    </message>
    <message>
        <source>isolation</source>
        <translation>隔离</translation>
    </message>
    <message>
        <source>kidney</source>
        <translation>肾脏</translation>
    </message>
    <message>
        <source>liver</source>
        <translation>肝脏</translation>
    </message>
    <message>
        <source>lung</source>
        <translation>肺</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>models are cut off from the network by Python only, which a trusted model&apos;s own code could get round</source>
        <translation>模型仅由 Python 与网络隔离，受信任模型的自带代码可能绕过</translation>
    </message>
    <message>
        <source>models are cut off from the network by the system</source>
        <translation>模型由系统与网络隔离</translation>
    </message>
    <message>
        <source>muscle</source>
        <translation>肌肉</translation>
    </message>
    <message>
        <source>nnU-Net&apos;s models need the package dynamic-network-architectures, which is not installed; run: pip install dynamic-network-architectures</source>
        <translation>nnU-Net 模型需要软件包 dynamic-network-architectures，但它尚未安装；请运行：pip install dynamic-network-architectures</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>none of NVIDIA&apos;s that PyTorch could use; models run without it</source>
        <translation>没有 PyTorch 可用的 NVIDIA 显卡；模型无需显卡也可运行</translation>
    </message>
    <message>
        <source>not installed</source>
        <translation>未安装</translation>
    </message>
    <message>
        <source>not tried without {0}</source>
        <translation>缺少 {0}，未尝试</translation>
    </message>
    <message>
        <source>not tried, since there is no model</source>
        <translation>没有模型，未尝试</translation>
    </message>
    <message>
        <source>pancreas</source>
        <translation>胰腺</translation>
    </message>
    <message>
        <source>prostate</source>
        <translation>前列腺</translation>
    </message>
    <message>
        <source>python</source>
        <translation>Python</translation>
    </message>
    <message>
        <source>rib</source>
        <translation>肋骨</translation>
    </message>
    <message>
        <source>see models</source>
        <translation>参见“模型”</translation>
    </message>
    <message>
        <source>see psutil</source>
        <translation>参见 psutil</translation>
    </message>
    <message>
        <source>see python</source>
        <translation>见 python</translation>
    </message>
    <message>
        <source>see torch</source>
        <translation>参见 torch</translation>
    </message>
    <message>
        <source>see {0}</source>
        <translation>参见 {0}</translation>
    </message>
    <message>
        <source>skull</source>
        <translation>颅骨</translation>
    </message>
    <message>
        <source>slicer-core</source>
        <translation>slicer-core</translation>
    </message>
    <message>
        <source>spinal cord</source>
        <translation>脊髓</translation>
    </message>
    <message>
        <source>spleen</source>
        <translation>脾脏</translation>
    </message>
    <message>
        <source>starts, and would run {0} on {1} with {2} GB of memory</source>
        <translation>可以启动；将在 {1} 上运行 {0}，需要 {2} GB 内存</translation>
    </message>
    <message>
        <source>stomach</source>
        <translation>胃</translation>
    </message>
    <message>
        <source>thyroid</source>
        <translation>甲状腺</translation>
    </message>
    <message>
        <source>torch</source>
        <translation>torch</translation>
    </message>
    <message>
        <source>trachea</source>
        <translation>气管</translation>
    </message>
    <message>
        <source>update the driver, or install PyTorch for an older CUDA</source>
        <translation>请更新驱动程序，或安装适用于较旧 CUDA 的 PyTorch</translation>
    </message>
    <message>
        <source>vertebra</source>
        <translation>椎骨</translation>
    </message>
    <message>
        <source>vessel</source>
        <translation>血管</translation>
    </message>
    <message>
        <source>worker</source>
        <translation>工作进程</translation>
    </message>
    <message>
        <source>{0} Do not use {1}, or ask its authors.</source>
        <translation>{0} 请不要使用 {1}，或询问其作者。</translation>
    </message>
    <message>
        <source>{0} GB are free in {1}</source>
        <translation>{1} 中有 {0} GB 可用空间</translation>
    </message>
    <message>
        <source>{0} allows mirroring along axes that do not exist ({1}); get the model again.</source>
        <translation>{0} 允许沿不存在的轴镜像（{1}）；请重新获取模型。</translation>
    </message>
    <message>
        <source>{0} and the scan are under different transforms; the result is in a new one.</source>
        <translation>{0} 与扫描处于不同的变换之下；结果已放入新的分割。</translation>
    </message>
    <message>
        <source>{0} and {1} hardly lie in the same place (they share {2} of the smaller one); choose scans of one examination, or register them first.</source>
        <translation>{0} 与 {1} 的位置几乎不重合（重合部分占较小者的 {2}）；请选择同一次检查的扫描，或先将它们配准。</translation>
    </message>
    <message>
        <source>{0} at {1} (and {2} more of the kind).</source>
        <translation>{0}，位于 {1}（另有 {2} 处同类问题）。</translation>
    </message>
    <message>
        <source>{0} at {1}.</source>
        <translation>{0}，位于 {1}。</translation>
    </message>
    <message>
        <source>{0} belongs to another network: it has none of its {1} weights; get the bundle again.</source>
        <translation>{0} 属于其他网络：它不含该网络 {1} 个权重中的任何一个；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} brings code of its own ({1}); look at it with `medai audit {2}` and allow it with --trust or `medai trust add {3}`.</source>
        <translation>{0} 自带代码（{1}）；请用 `medai audit {2}` 查看，并用 --trust 或 `medai trust add {3}` 允许它。</translation>
    </message>
    <message>
        <source>{0} cannot be downloaded from {1}: {2}; check the network and try again, it goes on from where it is.</source>
        <translation>无法从 {1} 下载 {0}：{2}；请检查网络后重试，下载会从中断处继续。</translation>
    </message>
    <message>
        <source>{0} cannot be installed ({1}); close what uses it or free the disk.</source>
        <translation>无法安装 {0}（{1}）；请关闭正在使用它的程序或释放磁盘空间。</translation>
    </message>
    <message>
        <source>{0} cannot be made ({1}); choose another folder for the results.</source>
        <translation>无法创建 {0}（{1}）；请为结果选择其他文件夹。</translation>
    </message>
    <message>
        <source>{0} cannot be reached ({1}); check the network and proxy settings.</source>
        <translation>无法连接 {0}（{1}）；请检查网络和代理设置。</translation>
    </message>
    <message>
        <source>{0} cannot be read ({1}); check its permissions.</source>
        <translation>无法读取 {0}（{1}）；请检查其权限。</translation>
    </message>
    <message>
        <source>{0} cannot be read ({1}); check who may read it.</source>
        <translation>无法读取 {0}（{1}）；请检查谁有权读取它。</translation>
    </message>
    <message>
        <source>{0} cannot be read ({1}); correct it or delete it.</source>
        <translation>无法读取 {0}（{1}）；请更正或删除它。</translation>
    </message>
    <message>
        <source>{0} cannot be read ({1}); get the bundle again.</source>
        <translation>无法读取 {0}（{1}）；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} cannot be read ({1}); get the model again.</source>
        <translation>无法读取 {0}（{1}）；请重新获取模型。</translation>
    </message>
    <message>
        <source>{0} cannot be read as a configuration; get the bundle again.</source>
        <translation>无法将 {0} 作为配置读取；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} cannot be written ({1}); choose another folder for the results.</source>
        <translation>无法写入 {0}（{1}）；请为结果选择其他文件夹。</translation>
    </message>
    <message>
        <source>{0} cannot be written ({1}); choose another folder or free some space.</source>
        <translation>无法写入 {0}（{1}）；请选择其他文件夹或释放一些空间。</translation>
    </message>
    <message>
        <source>{0} cannot be written ({1}); choose another folder.</source>
        <translation>无法写入 {0}（{1}）；请选择其他文件夹。</translation>
    </message>
    <message>
        <source>{0} cannot be written ({1}); choose another place.</source>
        <translation>无法写入 {0}（{1}）；请选择其他位置。</translation>
    </message>
    <message>
        <source>{0} cannot be written ({1}); free some space or choose another folder.</source>
        <translation>无法写入 {0}（{1}）；请释放一些空间或选择其他文件夹。</translation>
    </message>
    <message>
        <source>{0} cannot be written ({1}); free the disk or set MEDAI_HOME.</source>
        <translation>无法写入 {0}（{1}）；请释放磁盘空间或设置 MEDAI_HOME。</translation>
    </message>
    <message>
        <source>{0} cannot be written ({1}); free the disk.</source>
        <translation>无法写入 {0}（{1}）；请释放磁盘空间。</translation>
    </message>
    <message>
        <source>{0} cannot be written ({1}); set MEDAI_HOME to another folder.</source>
        <translation>无法写入 {0}（{1}）；请将 MEDAI_HOME 设为其他文件夹。</translation>
    </message>
    <message>
        <source>{0} classifies pictures, but {1} has {2} slices; choose a picture or one slice.</source>
        <translation>{0} 对图片进行分类，而 {1} 有 {2} 个切片；请选择一张图片或一个切片。</translation>
    </message>
    <message>
        <source>{0} continues its list elsewhere, which MedAI does not follow.</source>
        <translation>{0} 的列表在别处继续，MedAI 不会跟随。</translation>
    </message>
    <message>
        <source>{0} could not be copied to {1} for the run ({2}); free some space there.</source>
        <translation>无法为运行将 {0} 复制到 {1}（{2}）；请释放该处的空间。</translation>
    </message>
    <message>
        <source>{0} could not be registered with {1}: nothing better than the start was found ({2} &lt; {3}); give a transform, such as one made in 3D Slicer, or check that both show the same part of one patient.</source>
        <translation>无法将 {0} 与 {1} 配准：未找到优于初始位置的结果（{2} &lt; {3}）；请提供变换，例如在 3D Slicer 中制作的变换，或检查二者是否为同一患者的同一部位。</translation>
    </message>
    <message>
        <source>{0} could not be registered with {1}: they hardly overlap; give a transform, such as one made in 3D Slicer, or check that both show the same part of one patient.</source>
        <translation>无法将 {0} 与 {1} 配准：二者几乎不重叠；请提供变换，例如在 3D Slicer 中制作的变换，或检查二者是否为同一患者的同一部位。</translation>
    </message>
    <message>
        <source>{0} could not be registered with {1}: they have nothing in common (mutual information {2}); give a transform, such as one made in 3D Slicer, or check that both show the same part of one patient.</source>
        <translation>无法将 {0} 与 {1} 配准：二者没有共同之处（互信息 {2}）；请提供变换，例如在 3D Slicer 中制作的变换，或检查二者是否为同一患者的同一部位。</translation>
    </message>
    <message>
        <source>{0} could not be registered with {1}: they lost each other on the way; give a transform, such as one made in 3D Slicer, or check that both show the same part of one patient.</source>
        <translation>无法将 {0} 与 {1} 配准：二者在配准过程中失去重叠；请提供变换，例如在 3D Slicer 中制作的变换，或检查二者是否为同一患者的同一部位。</translation>
    </message>
    <message>
        <source>{0} describes inputs or outputs that cannot be read ({1}); get the bundle again.</source>
        <translation>{0} 中描述的输入或输出无法读取（{1}）；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} does not fit the bundle&apos;s network: {1} has the shape {2}, not {3}; get the bundle again.</source>
        <translation>{0} 与模型包的网络不符：{1} 的形状为 {2}，而不是 {3}；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} does not fit the bundle&apos;s network: {1} is of the type {2}, not {3}; get the bundle again.</source>
        <translation>{0} 与模型包的网络不符：{1} 的类型为 {2}，而不是 {3}；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} does not fit the bundle&apos;s network: {1} is sparse or quantized, not a plain tensor; get the bundle again.</source>
        <translation>{0} 与模型包的网络不符：{1} 是稀疏或量化的，不是普通张量；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} does not fit the bundle&apos;s network: {1} weights are missing (first: {2}), and {3} are too many; get the bundle again.</source>
        <translation>{0} 与模型包的网络不符：缺少 {1} 个权重（第一个：{2}），另有 {3} 个多余；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} does not fit the bundle&apos;s network: {1} weights are missing (first: {2}); get the bundle again.</source>
        <translation>{0} 与模型包的网络不符：缺少 {1} 个权重（第一个：{2}）；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} does not fit the bundle&apos;s network: {1} weights are too many (first: {2}); get the bundle again.</source>
        <translation>{0} 与模型包的网络不符：有 {1} 个多余的权重（第一个：{2}）；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} does not give {1} (it answers {2}); try again later.</source>
        <translation>{0} 没有提供 {1}（响应为 {2}）；请稍后重试。</translation>
    </message>
    <message>
        <source>{0} does not give {1} to everybody (it answers {2}); download it in a browser and install the file.</source>
        <translation>{0} 不向所有人提供 {1}（响应为 {2}）；请用浏览器下载后安装该文件。</translation>
    </message>
    <message>
        <source>{0} does not have it</source>
        <translation>{0} 没有它</translation>
    </message>
    <message>
        <source>{0} does not list the files (it answers {1}); try again later.</source>
        <translation>{0} 没有列出文件（响应为 {1}）；请稍后重试。</translation>
    </message>
    <message>
        <source>{0} does not say in which frame of reference its slices lie; export the scan again.</source>
        <translation>{0} 没有说明其切片所在的参考坐标系；请重新导出扫描。</translation>
    </message>
    <message>
        <source>{0} does not say what it takes and gives; put it with a {1} into a folder and give that.</source>
        <translation>{0} 没有说明其输入和输出；请将它与 {1} 放入同一文件夹，再指定该文件夹。</translation>
    </message>
    <message>
        <source>{0} does not say which of the configurations {1} it was trained with; give the folder its original name.</source>
        <translation>{0} 没有说明它是用配置 {1} 中的哪一个训练的；请恢复文件夹的原名。</translation>
    </message>
    <message>
        <source>{0} exists already; choose a new file.</source>
        <translation>{0} 已存在；请选择新文件。</translation>
    </message>
    <message>
        <source>{0} exists already; choose a new folder.</source>
        <translation>{0} 已存在；请选择新文件夹。</translation>
    </message>
    <message>
        <source>{0} falls into more than {1} parts; remove small islands in the Segment Editor first.</source>
        <translation>{0} 分成了 {1} 个以上的部分；请先在分割编辑器中去除小的孤立区域。</translation>
    </message>
    <message>
        <source>{0} found nothing in the box, so that there is nothing to explain.</source>
        <translation>{0} 在框内没有检出任何内容，因此没有可解释的内容。</translation>
    </message>
    <message>
        <source>{0} from {1} has another size than published; try again later.</source>
        <translation>来自 {1} 的 {0} 与公布的大小不同；请稍后重试。</translation>
    </message>
    <message>
        <source>{0} from {1} is larger than it says; nothing was installed.</source>
        <translation>来自 {1} 的 {0} 大于其声明的大小；未安装任何内容。</translation>
    </message>
    <message>
        <source>{0} from {1} is not the published file (its {2} differs), so it was deleted; try again, and if that repeats, ask the model&apos;s authors.</source>
        <translation>来自 {1} 的 {0} 不是公布的文件（其 {2} 不同），因此已删除；请重试，如果再次发生，请询问模型的作者。</translation>
    </message>
    <message>
        <source>{0} gives boxes or points, which MedAI cannot explain; leave the explanation out, or choose a model that classifies or segments.</source>
        <translation>{0} 给出检测框或标志点，MedAI 无法解释；请不要选择解释，或选择分类或分割模型。</translation>
    </message>
    <message>
        <source>{0} gives no list of files; check the network and proxy settings.</source>
        <translation>{0} 没有提供文件列表；请检查网络和代理设置。</translation>
    </message>
    <message>
        <source>{0} gives scores, not labels (its postprocessing has neither argmax nor threshold), which MedAI cannot run; use another model.</source>
        <translation>{0} 给出的是分数而不是标签（其后处理中既没有 argmax 也没有阈值），MedAI 无法运行；请使用其他模型。</translation>
    </message>
    <message>
        <source>{0} has another grid than the label map; measure with the scan that was segmented.</source>
        <translation>{0} 的网格与标签图不同；请用当初分割的扫描进行测量。</translation>
    </message>
    <message>
        <source>{0} has between 1 and {1} images at a place of one series; export a single acquisition of it.</source>
        <translation>{0} 的一个序列在同一位置有 1 至 {1} 幅图像；请只导出其中一次采集。</translation>
    </message>
    <message>
        <source>{0} has headers that no DICOM report can refer to; export the scan again, or use JSON.</source>
        <translation>DICOM 报告无法引用 {0} 的文件头；请重新导出扫描，或使用 JSON。</translation>
    </message>
    <message>
        <source>{0} has headers that no DICOM segmentation can refer to; export the scan again, or use the .seg.nrrd file.</source>
        <translation>DICOM 分割无法引用 {0} 的文件头；请重新导出扫描，或使用 .seg.nrrd 文件。</translation>
    </message>
    <message>
        <source>{0} has its slices in several multi-frame files; export it as single slices or as one file.</source>
        <translation>{0} 的切片分布在多个多帧文件中；请导出为单个切片或一个文件。</translation>
    </message>
    <message>
        <source>{0} has no segment that is a finding, such as a tumor; choose the segment to measure.</source>
        <translation>{0} 中没有属于病变（例如肿瘤）的分割段；请选择要测量的分割段。</translation>
    </message>
    <message>
        <source>{0} has no segment {1}; choose another.</source>
        <translation>{0} 中没有分割段 {1}；请选择其他分割段。</translation>
    </message>
    <message>
        <source>{0} has no segment {1}; its segments: {2}.</source>
        <translation>{0} 中没有分割段 {1}；其分割段为：{2}。</translation>
    </message>
    <message>
        <source>{0} has no segments made of voxels; draw some, or choose another segmentation.</source>
        <translation>{0} 中没有由体素构成的分割段；请先勾画，或选择其他分割。</translation>
    </message>
    <message>
        <source>{0} has no voxels; there is nothing to split.</source>
        <translation>{0} 没有体素；没有可拆分的内容。</translation>
    </message>
    <message>
        <source>{0} has no {1} {2}; choose one of its numbers.</source>
        <translation>{0} 中没有 {1} {2}；请选择其中已有的编号。</translation>
    </message>
    <message>
        <source>{0} has slices of {1} pixels, too few for a DICOM segmentation; leave it out.</source>
        <translation>{0} 的切片为 {1} 像素，对 DICOM 分割而言过小；请去掉该项。</translation>
    </message>
    <message>
        <source>{0} has the same value everywhere and cannot be registered; choose another scan.</source>
        <translation>{0} 的值处处相同，无法配准；请选择其他扫描。</translation>
    </message>
    <message>
        <source>{0} has values that are no labels (0 to 65535); give a label map.</source>
        <translation>{0} 中有不是标签（0 到 65535）的值；请提供标签图。</translation>
    </message>
    <message>
        <source>{0} has voxels that are no whole numbers; choose a label map.</source>
        <translation>{0} 中有非整数的体素；请选择标签图。</translation>
    </message>
    <message>
        <source>{0} has {1} different values, as a scan has and no label map; give the segmentation.</source>
        <translation>{0} 有 {1} 个不同的值，像是影像而不是标签图；请给出分割结果。</translation>
    </message>
    <message>
        <source>{0} has {1} values per voxel; a label map has one.</source>
        <translation>{0} 的每个体素有 {1} 个值；标签图只有一个。</translation>
    </message>
    <message>
        <source>{0} has {1}, so the result lies on a resampled grid, which DICOM results cannot refer to; use NIfTI or NRRD.</source>
        <translation>{0} 的切片不规则（{1}），因此结果位于重采样的网格上，DICOM 结果无法引用；请使用 NIfTI 或 NRRD。</translation>
    </message>
    <message>
        <source>{0} has {1}; export all slices, or add --resample-uneven to interpolate an even grid.</source>
        <translation>{0} 的切片不规则（{1}）；请导出所有切片，或加上 --resample-uneven 以插值到均匀网格。</translation>
    </message>
    <message>
        <source>{0} holds mosaics, with all slices on one picture; convert them to NIfTI or enhanced DICOM.</source>
        <translation>{0} 为拼图 (mosaic) 格式，所有切片都在一幅图像上；请转换为 NIfTI 或增强型 DICOM。</translation>
    </message>
    <message>
        <source>{0} holds no DICOM images; name a file, or another folder.</source>
        <translation>{0} 中没有 DICOM 图像；请指定文件或其他文件夹。</translation>
    </message>
    <message>
        <source>{0} holds no boxes, which are what is reviewed.</source>
        <translation>{0} 中没有可供审阅的检测框。</translation>
    </message>
    <message>
        <source>{0} holds no model (configs/metadata.json of a MONAI bundle, plans.json of nnU-Net, or {1}); choose a model&apos;s folder or its zip.</source>
        <translation>{0} 中没有模型（MONAI 模型包的 configs/metadata.json、nnU-Net 的 plans.json 或 {1}）；请选择模型的文件夹或其 zip 文件。</translation>
    </message>
    <message>
        <source>{0} holds no series {1}; choose one of: {2}.</source>
        <translation>{0} 中没有序列 {1}；请选择其中之一：{2}。</translation>
    </message>
    <message>
        <source>{0} holds several models; choose one of them.</source>
        <translation>{0} 中有多个模型；请选择其中一个。</translation>
    </message>
    <message>
        <source>{0} holds slices in several directions in one series; export the scan without its localizer.</source>
        <translation>{0} 的一个序列中有多个方向的切片；请导出不含定位像的扫描。</translation>
    </message>
    <message>
        <source>{0} holds slices of different sizes in one series; export the scan without the others.</source>
        <translation>{0} 的一个序列中有大小不同的切片；请导出扫描时去掉其他切片。</translation>
    </message>
    <message>
        <source>{0} holds slices that do not say how large their pixels are; export the scan again.</source>
        <translation>{0} 中有未说明像素大小的切片；请重新导出扫描。</translation>
    </message>
    <message>
        <source>{0} holds slices that do not say where they are beside others that do; export the scan again.</source>
        <translation>{0} 中有些切片未说明位置，而其他切片有位置；请重新导出扫描。</translation>
    </message>
    <message>
        <source>{0} holds slices whose rows and columns have the same direction; export the scan again.</source>
        <translation>{0} 中有行与列方向相同的切片；请重新导出扫描。</translation>
    </message>
    <message>
        <source>{0} holds {1} images that do not say where they are; choose --frame 0 to {2}.</source>
        <translation>{0} 中有 {1} 幅图像未说明位置；请用 --frame 选择 0 至 {2}。</translation>
    </message>
    <message>
        <source>{0} holds {1} series {2}; choose with --series and a UID: {3}.</source>
        <translation>{0} 中有 {1} 个序列 {2}；请用 --series 和 UID 选择：{3}。</translation>
    </message>
    <message>
        <source>{0} holds {1} series; choose one with --series and its number or UID: {2}.</source>
        <translation>{0} 中有 {1} 个序列；请用 --series 和编号或 UID 选择其中之一：{2}。</translation>
    </message>
    <message>
        <source>{0} in {1} has no voxels; there is nothing to measure.</source>
        <translation>{1} 中的 {0} 没有体素；没有可测量的内容。</translation>
    </message>
    <message>
        <source>{0} is a DICOM {1}, not a scan; give the scan.</source>
        <translation>{0} 是 DICOM {1}，不是扫描；请提供扫描。</translation>
    </message>
    <message>
        <source>{0} is a folder where a file is to be written; rename it.</source>
        <translation>{0} 处要写入文件，但已有同名文件夹；请将该文件夹重命名。</translation>
    </message>
    <message>
        <source>{0} is a link out of the model&apos;s folder, which is never followed; put the file itself there.</source>
        <translation>{0} 是指向模型文件夹之外的链接，MedAI 从不跟随这种链接；请将文件本身放在该处。</translation>
    </message>
    <message>
        <source>{0} is a link; replace it with the file itself and try again.</source>
        <translation>{0} 是链接；请替换为文件本身后重试。</translation>
    </message>
    <message>
        <source>{0} is damaged: the value of a segment is no number; save it again.</source>
        <translation>{0} 已损坏：有分割段的值不是数字；请重新保存。</translation>
    </message>
    <message>
        <source>{0} is made of surfaces, not of voxels; convert it to a binary label map first.</source>
        <translation>{0} 由表面而不是体素构成；请先将其转换为二值标签图。</translation>
    </message>
    <message>
        <source>{0} is neither a folder nor a zip file; choose a model&apos;s folder or its zip.</source>
        <translation>{0} 既不是文件夹也不是 zip 文件；请选择模型的文件夹或其 zip 文件。</translation>
    </message>
    <message>
        <source>{0} is no DICOM file; write the segmentation first.</source>
        <translation>{0} 不是 DICOM 文件；请先写入分割。</translation>
    </message>
    <message>
        <source>{0} is no DICOM, which the export {1} refers to; give the scan as a DICOM folder.</source>
        <translation>{0} 不是 DICOM，而导出 {1} 要引用 DICOM；请以 DICOM 文件夹提供扫描。</translation>
    </message>
    <message>
        <source>{0} is no MONAI bundle, and only their weights are converted; use it as it is.</source>
        <translation>{0} 不是 MONAI 模型包，只有模型包的权重可以转换；请直接使用。</translation>
    </message>
    <message>
        <source>{0} is no kind of finding that is reviewed; choose one of {1}.</source>
        <translation>{0} 不是可审阅的检出结果类型；请选择其中之一：{1}。</translation>
    </message>
    <message>
        <source>{0} is no kind of map; choose {1}.</source>
        <translation>{0} 不是图的类型；请选择 {1}。</translation>
    </message>
    <message>
        <source>{0} is no label map; give NIfTI, NRRD, MHA or a .seg.nrrd.</source>
        <translation>{0} 不是标签图；请提供 NIfTI、NRRD、MHA 或 .seg.nrrd。</translation>
    </message>
    <message>
        <source>{0} is no outcome of a review; choose one of {1}.</source>
        <translation>{0} 不是审阅结论；请选择其中之一：{1}。</translation>
    </message>
    <message>
        <source>{0} is no segmentation of this scan; write the segmentation first.</source>
        <translation>{0} 不是此扫描的分割；请先写入分割。</translation>
    </message>
    <message>
        <source>{0} is no way to measure confidence; choose one of {1}.</source>
        <translation>{0} 不是置信度的测量方式；请选择其中之一：{1}。</translation>
    </message>
    <message>
        <source>{0} is not a DICOM file; export it again.</source>
        <translation>{0} 不是 DICOM 文件；请重新导出。</translation>
    </message>
    <message>
        <source>{0} is not a DICOM scan; name the file or folder that the scan was read from.</source>
        <translation>{0} 不是 DICOM 扫描；请指定读取该扫描的文件或文件夹。</translation>
    </message>
    <message>
        <source>{0} is not a folder; choose another folder for the results.</source>
        <translation>{0} 不是文件夹；请为结果选择其他文件夹。</translation>
    </message>
    <message>
        <source>{0} is not in Slicer&apos;s DICOM database, which DICOM results refer to; load the scan from there.</source>
        <translation>{0} 不在 DICOM 结果所引用的 Slicer DICOM 数据库中；请从该数据库加载扫描。</translation>
    </message>
    <message>
        <source>{0} is not installed; install it with `medai models install {1}`.</source>
        <translation>{0} 尚未安装；请用 `medai models install {1}` 安装。</translation>
    </message>
    <message>
        <source>{0} is not on the grid of {1}; resample it to the scan first.</source>
        <translation>{0} 不在 {1} 的网格上；请先将其重采样到扫描。</translation>
    </message>
    <message>
        <source>{0} is not on the grid of {1}; resample one of them first.</source>
        <translation>{0} 与 {1} 的网格不同；请先对其中之一进行重采样。</translation>
    </message>
    <message>
        <source>{0} is not on {1} (it answers {2}); check name and version, or get the model elsewhere.</source>
        <translation>{1} 上没有 {0}（响应为 {2}）；请检查名称和版本，或从别处获取模型。</translation>
    </message>
    <message>
        <source>{0} does not load ({1})</source>
        <translation>{0} 无法加载（{1}）</translation>
    </message>
    <message>
        <source>The bundle&apos;s windows are so small or overlap so much that there are {0}; use another model.</source>
        <translation>该模型的窗口太小或重叠太多，共有 {0} 个；请使用其他模型。</translation>
    </message>
    <message>
        <source>{0} does not exist; choose a model&apos;s folder or its zip.</source>
        <translation>{0} 不存在；请选择模型的文件夹或其 zip 文件。</translation>
    </message>
    <message>
        <source>{0} does not run ({1})</source>
        <translation>{0} 无法运行（{1}）</translation>
    </message>
    <message>
        <source>{0} gives the model the name {1}, which is no plain folder name; rename it and try again.</source>
        <translation>{0} 给模型的名称为 {1}，它不是普通的文件夹名称；请重命名后重试。</translation>
    </message>
    <message>
        <source>{0} has an unreadable list of contents; make the pack again.</source>
        <translation>{0} 的内容列表无法读取；请重新制作打包文件。</translation>
    </message>
    <message>
        <source>{0} has an unusable geometry (its voxels have no size or direction); export it again.</source>
        <translation>{0} 的几何信息不可用（体素没有大小或方向）；请重新导出。</translation>
    </message>
    <message>
        <source>{0} has no arch_kwargs for its network; get the model again.</source>
        <translation>{0} 中没有其网络的 arch_kwargs；请重新获取模型。</translation>
    </message>
    <message>
        <source>{0} has no checkpoint in models that could be converted; choose a bundle with weights.</source>
        <translation>{0} 的 models 中没有可转换的检查点；请选择含有权重的模型包。</translation>
    </message>
    <message>
        <source>{0} has no configs/{1}.json or .yaml; choose a complete bundle.</source>
        <translation>{0} 没有 configs/{1}.json 或 .yaml；请选择完整的模型包。</translation>
    </message>
    <message>
        <source>{0} has no fold_0/{1}; give the folder of a finished nnU-Net training.</source>
        <translation>{0} 中没有 fold_0/{1}；请提供已完成的 nnU-Net 训练的文件夹。</translation>
    </message>
    <message>
        <source>{0} has no label {1}; its labels: {2}.</source>
        <translation>{0} 没有标签 {1}；其标签为：{2}。</translation>
    </message>
    <message>
        <source>{0} has no size; draw the box in the views first.</source>
        <translation>{0} 没有大小；请先在视图中绘制框。</translation>
    </message>
    <message>
        <source>{0} has no voxels in three dimensions; choose another image.</source>
        <translation>{0} 没有三维体素；请选择其他影像。</translation>
    </message>
    <message>
        <source>{0} has no voxels; load it again or choose another volume.</source>
        <translation>{0} 没有体素；请重新加载或选择其他体数据。</translation>
    </message>
    <message>
        <source>{0} has voxels of type {1}, not real numbers; convert it first.</source>
        <translation>{0} 的体素类型为 {1}，不是实数；请先进行转换。</translation>
    </message>
    <message>
        <source>{0} has {1} frames and {2} has {3}; choose the frame that is shown.</source>
        <translation>{0} 有 {1} 帧，而 {2} 有 {3} 帧；请选择当前显示的帧。</translation>
    </message>
    <message>
        <source>{0} holds a file where it also holds a folder; get the bundle again.</source>
        <translation>{0} 中同一位置既有文件又有文件夹；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} holds a link or a device ({1}); nothing was unpacked.</source>
        <translation>{0} 包含链接或设备（{1}）；未解压任何内容。</translation>
    </message>
    <message>
        <source>{0} holds an empty table of weights; get the bundle again.</source>
        <translation>{0} 中的权重表是空的；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} holds diffusion tensors, not an image; choose a scalar or vector volume.</source>
        <translation>{0} 包含的是扩散张量，而不是影像；请选择标量或矢量体数据。</translation>
    </message>
    <message>
        <source>{0} holds files that its list does not name; make the pack again.</source>
        <translation>{0} 中有其列表未列出的文件；请重新制作打包文件。</translation>
    </message>
    <message>
        <source>{0} holds more than it says; get the bundle again.</source>
        <translation>{0} 的内容超出其声明的大小；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} holds more than weights ({1}) and would run code when read; it was not read.</source>
        <translation>{0} 除权重外还包含其他内容（{1}），读取时会运行代码；因此未读取。</translation>
    </message>
    <message>
        <source>{0} holds more than weights and would run code when read; it was not read.</source>
        <translation>{0} 除权重外还包含其他内容，读取时会运行代码；因此未读取。</translation>
    </message>
    <message>
        <source>{0} holds more than {1} GB, which is no bundle; nothing was copied.</source>
        <translation>{0} 的内容超过 {1} GB，不是模型包；未复制任何内容。</translation>
    </message>
    <message>
        <source>{0} holds more than {1} GB; choose a bundle&apos;s own folder.</source>
        <translation>{0} 的内容超过 {1} GB；请选择模型包自己的文件夹。</translation>
    </message>
    <message>
        <source>{0} holds more than {1} files, which is no bundle; nothing was unpacked.</source>
        <translation>{0} 包含超过 {1} 个文件，不是模型包；未解压任何内容。</translation>
    </message>
    <message>
        <source>{0} holds more than {1} files; choose a bundle&apos;s own folder.</source>
        <translation>{0} 包含超过 {1} 个文件；请选择模型包自己的文件夹。</translation>
    </message>
    <message>
        <source>{0} holds no JSON object; correct it or delete it.</source>
        <translation>{0} 中没有 JSON 对象；请更正或删除它。</translation>
    </message>
    <message>
        <source>{0} holds no JSON object; get the bundle again.</source>
        <translation>{0} 中没有 JSON 对象；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} holds no JSON object; get the model again.</source>
        <translation>{0} 中没有 JSON 对象；请重新获取模型。</translation>
    </message>
    <message>
        <source>{0} holds no mapping of names to parts; get the bundle again.</source>
        <translation>{0} 中没有名称到部件的映射；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} holds no table of weights (it holds {1}); get the bundle again.</source>
        <translation>{0} 中没有权重表（其内容为 {1}）；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} holds no table of weights; get the bundle again.</source>
        <translation>{0} 中没有权重表；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} holds no weights (such as models/model.pt); get the bundle with its large files.</source>
        <translation>{0} 中没有权重（例如 models/model.pt）；请获取包含大文件的模型包。</translation>
    </message>
    <message>
        <source>{0} holds the unsafe file name {1}; nothing was unpacked.</source>
        <translation>{0} 包含不安全的文件名 {1}；未解压任何内容。</translation>
    </message>
    <message>
        <source>{0} holds {1} twice or in no plain place; get the bundle again.</source>
        <translation>{0} 中 {1} 重复出现或位置异常；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} holds {1} voxels that are not numbers (NaN or infinite); replace them and try again.</source>
        <translation>{0} 中有 {1} 个体素不是数值（NaN 或无穷大）；请替换后重试。</translation>
    </message>
    <message>
        <source>{0} in {1}</source>
        <translation>{0}，位于 {1}</translation>
    </message>
    <message>
        <source>{0} in {1} only points to the weights; get the bundle with its large files.</source>
        <translation>{1} 中的 {0} 只是指向权重的指针；请获取包含大文件的模型包。</translation>
    </message>
    <message>
        <source>{0} is TorchScript, which is code; look at the bundle with medai audit and allow it first.</source>
        <translation>{0} 是 TorchScript，即代码；请先用 medai audit 查看模型包并允许它。</translation>
    </message>
    <message>
        <source>{0} is a Git LFS pointer, not the weights; run git lfs pull in its repository.</source>
        <translation>{0} 是 Git LFS 指针，不是权重；请在其仓库中运行 git lfs pull。</translation>
    </message>
    <message>
        <source>{0} is a TorchScript program; look at it with `medai audit {1}` and allow it with --trust.</source>
        <translation>{0} 是 TorchScript 程序；请用 `medai audit {1}` 查看，并用 --trust 允许它。</translation>
    </message>
    <message>
        <source>{0} is a device, a pipe or a socket, which no bundle has; it was not opened.</source>
        <translation>{0} 是设备、管道或套接字，模型包中不应有这些；因此未打开。</translation>
    </message>
    <message>
        <source>{0} is a link or a device; replace it with the file itself and try again.</source>
        <translation>{0} 是链接或设备；请替换为文件本身后重试。</translation>
    </message>
    <message>
        <source>{0} is a single slice ({1} voxels); {2} needs a volume of at least two slices.</source>
        <translation>{0} 只有一个切片（{1} 个体素）；{2} 需要至少两个切片的体数据。</translation>
    </message>
    <message>
        <source>{0} is a web page, not weights: its download has failed; download it again in a browser.</source>
        <translation>{0} 是网页，不是权重：下载已失败；请用浏览器重新下载。</translation>
    </message>
    <message>
        <source>{0} is a {1} scan, but {2} was made for {3}; do not rely on the result.</source>
        <translation>{0} 是 {1} 扫描，但 {2} 是为 {3} 制作的；请勿信赖其结果。</translation>
    </message>
    <message>
        <source>{0} is built in and came with MedAI; only installed models are verified.</source>
        <translation>{0} 是 MedAI 自带的内置模型；只有安装的模型才会校验。</translation>
    </message>
    <message>
        <source>{0} is built in and cannot be removed.</source>
        <translation>{0} 是内置模型，无法移除。</translation>
    </message>
    <message>
        <source>{0} is cut short (its end is missing); get it again.</source>
        <translation>{0} 不完整（缺少末尾部分）；请重新获取。</translation>
    </message>
    <message>
        <source>{0} is damaged and cannot be read; get it again.</source>
        <translation>{0} 已损坏，无法读取；请重新获取。</translation>
    </message>
    <message>
        <source>{0} is damaged and cannot be unpacked ({1}); get it again.</source>
        <translation>{0} 已损坏，无法解压（{1}）；请重新获取。</translation>
    </message>
    <message>
        <source>{0} is damaged or no ONNX network; export it again.</source>
        <translation>{0} 已损坏或不是 ONNX 网络；请重新导出。</translation>
    </message>
    <message>
        <source>{0} is damaged or no TorchScript; export the network again.</source>
        <translation>{0} 已损坏或不是 TorchScript；请重新导出网络。</translation>
    </message>
    <message>
        <source>{0} is damaged or no network that onnxruntime can run ({1}); export it again.</source>
        <translation>{0} 已损坏或不是 onnxruntime 能运行的网络（{1}）；请重新导出。</translation>
    </message>
    <message>
        <source>{0} is damaged or not completely downloaded; get it again.</source>
        <translation>{0} 已损坏或未下载完整；请重新获取。</translation>
    </message>
    <message>
        <source>{0} is damaged, so no bundle is trusted; delete it and give your consents again.</source>
        <translation>{0} 已损坏，因此不信任任何模型包；请删除它并重新给予许可。</translation>
    </message>
    <message>
        <source>{0} is damaged: a segment has value {1} in layer {2}, not there; save it again.</source>
        <translation>{0} 已损坏：有分割段在图层 {2} 中的值为 {1}，但该图层不存在；请重新保存。</translation>
    </message>
    <message>
        <source>{0} is damaged: {1} holds values that are no numbers; get the bundle again.</source>
        <translation>{0} 已损坏：{1} 中有非数值的值；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} is empty (0 bytes); get it again.</source>
        <translation>{0} 是空的（0 字节）；请重新获取。</translation>
    </message>
    <message>
        <source>{0} is empty (all its voxels have the same value); choose another scan.</source>
        <translation>{0} 是空的（所有体素的值都相同）；请选择其他扫描。</translation>
    </message>
    <message>
        <source>{0} is encrypted or packed in an uncommon way; unpack it and add the folder.</source>
        <translation>{0} 已加密或采用了不常见的压缩方式；请解压后添加文件夹。</translation>
    </message>
    <message>
        <source>{0} is gray; {1} was made for color pictures and sees it with red, green and blue alike.</source>
        <translation>{0} 是灰度的；{1} 是为彩色图片制作的，会将其视为红、绿、蓝相同的图片。</translation>
    </message>
    <message>
        <source>{0} is in no scene; add it to one first.</source>
        <translation>{0} 不在任何场景中；请先将其添加到场景。</translation>
    </message>
    <message>
        <source>{0} is in use ({1}); stop what uses it and try again.</source>
        <translation>{0} 正在使用中（{1}）；请停止使用它的程序后重试。</translation>
    </message>
    <message>
        <source>{0} is installed already as {1}; use that one.</source>
        <translation>{0} 已作为 {1} 安装；请使用它。</translation>
    </message>
    <message>
        <source>{0} is made of surfaces by now; the result is in a new segmentation.</source>
        <translation>{0} 现在由表面构成；结果已放入新的分割。</translation>
    </message>
    <message>
        <source>{0} is made of surfaces, not of voxels; choose another segmentation.</source>
        <translation>{0} 由表面而不是体素构成；请选择其他分割。</translation>
    </message>
    <message>
        <source>{0} is missing, which holds weights of {1}; put it beside the network.</source>
        <translation>缺少保存 {1} 权重的 {0}；请将其放在网络文件旁。</translation>
    </message>
    <message>
        <source>{0} is missing.</source>
        <translation>缺少 {0}。</translation>
    </message>
    <message>
        <source>{0} is missing; get it again.</source>
        <translation>缺少 {0}；请重新获取。</translation>
    </message>
    <message>
        <source>{0} is missing; get the model again.</source>
        <translation>缺少 {0}；请重新获取模型。</translation>
    </message>
    <message>
        <source>{0} is missing; put the network beside its description.</source>
        <translation>缺少 {0}；请将网络文件放在其描述文件旁。</translation>
    </message>
    <message>
        <source>{0} is no checkpoint (it does not begin as one does) or is damaged; get it again.</source>
        <translation>{0} 不是检查点（其开头不符）或已损坏；请重新获取。</translation>
    </message>
    <message>
        <source>{0} is no folder; choose a bundle&apos;s folder.</source>
        <translation>{0} 不是文件夹；请选择模型包的文件夹。</translation>
    </message>
    <message>
        <source>{0} is no https address; models are downloaded from such alone.</source>
        <translation>{0} 不是 https 地址；只能从 https 地址下载模型。</translation>
    </message>
    <message>
        <source>{0} is no known hash, so the file cannot be checked; get the bundle elsewhere.</source>
        <translation>{0} 不是已知的哈希值，因此无法校验文件；请从别处获取模型包。</translation>
    </message>
    <message>
        <source>{0} is no plain file, which a bundle&apos;s files are; it was not read.</source>
        <translation>{0} 不是普通文件，而模型包中的文件应为普通文件；因此未读取。</translation>
    </message>
    <message>
        <source>{0} is no table of boxes; choose the one that a run has made.</source>
        <translation>{0} 不是检测框的表格；请选择运行所生成的表格。</translation>
    </message>
    <message>
        <source>{0} is no version of a model; write one such as 0.5.9.</source>
        <translation>{0} 不是模型的版本；请按 0.5.9 这样的形式填写。</translation>
    </message>
    <message>
        <source>{0} is no {1} hash, so the file cannot be checked; get the bundle elsewhere.</source>
        <translation>{0} 不是 {1} 哈希值，因此无法校验文件；请从别处获取模型包。</translation>
    </message>
    <message>
        <source>{0} is not a device; choose one of {1}.</source>
        <translation>{0} 不是设备；请选择其中之一：{1}。</translation>
    </message>
    <message>
        <source>{0} is not a mode; choose one of {1}.</source>
        <translation>{0} 不是模式；请选择其中之一：{1}。</translation>
    </message>
    <message>
        <source>{0} is not a volume; choose a volume.</source>
        <translation>{0} 不是体数据；请选择体数据。</translation>
    </message>
    <message>
        <source>{0} is not an expression that MedAI evaluates.</source>
        <translation>{0} 不是 MedAI 会求值的表达式。</translation>
    </message>
    <message>
        <source>{0} is not in Hounsfield units (its values are {1} to {2}), which {3} needs; choose a CT scan that is in them.</source>
        <translation>{0} 的值不是 {3} 所需的亨氏单位（HU；其值为 {1} 至 {2}）；请选择以亨氏单位表示的 CT 扫描。</translation>
    </message>
    <message>
        <source>{0} is not in the bundle&apos;s folder {1}; get the bundle again.</source>
        <translation>{0} 不在模型包的文件夹 {1} 中；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} is not in the scene of {1}; choose another segmentation.</source>
        <translation>{0} 不在 {1} 所在的场景中；请选择其他分割。</translation>
    </message>
    <message>
        <source>{0} is not part of a sequence; choose the frame that is shown.</source>
        <translation>{0} 不属于任何序列；请选择当前显示的帧。</translation>
    </message>
    <message>
        <source>{0} is not the file that the model&apos;s authors published (its MD5 differs).</source>
        <translation>{0} 不是模型作者公布的文件（其 MD5 不同）。</translation>
    </message>
    <message>
        <source>{0} is not the published file (its {1} differs); delete it and download it again.</source>
        <translation>{0} 不是公布的文件（其 {1} 不同）；请删除后重新下载。</translation>
    </message>
    <message>
        <source>{0} is not there; name the DICOM file or folder that the scan was read from.</source>
        <translation>{0} 不存在；请指定读取该扫描的 DICOM 文件或文件夹。</translation>
    </message>
    <message>
        <source>{0} is nothing that a result is exported as; choose of {1}.</source>
        <translation>{0} 不是结果的导出形式；请从以下选项中选择：{1}。</translation>
    </message>
    <message>
        <source>{0} is refused, which consent does not change; nothing was remembered.</source>
        <translation>{0} 已被拒绝，许可不能改变这一点；未作任何记录。</translation>
    </message>
    <message>
        <source>{0} is safe and runs without consent; nothing was remembered.</source>
        <translation>{0} 是安全的，无需许可即可运行；未作任何记录。</translation>
    </message>
    <message>
        <source>{0} is sheared by its transform, so it is no box; take it out of the transform.</source>
        <translation>{0} 被其变换剪切，已不再是长方体；请将它移出该变换。</translation>
    </message>
    <message>
        <source>{0} is the beginning of several hashes; give more of it.</source>
        <translation>有多个哈希值以 {0} 开头；请输入更多字符。</translation>
    </message>
    <message>
        <source>{0} is the name of a built-in model; rename {1} and try again.</source>
        <translation>{0} 是内置模型的名称；请重命名 {1} 后重试。</translation>
    </message>
    <message>
        <source>{0} is the second stage of a cascade, which needs the first one&apos;s result and cannot run by itself; use the 3d_fullres or 3d_lowres model.</source>
        <translation>{0} 是级联的第二级，需要第一级的结果，无法单独运行；请使用 3d_fullres 或 3d_lowres 模型。</translation>
    </message>
    <message>
        <source>{0} is to hold the report as {1}; give it a name that ends with {2}.</source>
        <translation>{0} 将保存 {1} 格式的报告；请使用以 {2} 结尾的名称。</translation>
    </message>
    <message>
        <source>{0} is too large for what it should be (over {1} bytes); get the bundle again.</source>
        <translation>{0} 过大，与其用途不符（超过 {1} 字节）；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} is too thin to be registered; give a transform instead.</source>
        <translation>{0} 太薄，无法配准；请改为提供变换。</translation>
    </message>
    <message>
        <source>{0} is under a non-linear transform, so it is no box; take it out of the transform.</source>
        <translation>{0} 处于非线性变换之下，已不再是长方体；请将它移出该变换。</translation>
    </message>
    <message>
        <source>{0} is under a non-linear transform; choose another segmentation.</source>
        <translation>{0} 处于非线性变换之下；请选择其他分割。</translation>
    </message>
    <message>
        <source>{0} is under a non-linear transform; the result is where the scan was shown, and does not follow it.</source>
        <translation>{0} 处于非线性变换之下；结果位于扫描显示时的位置，不会随该变换移动。</translation>
    </message>
    <message>
        <source>{0} is under a transform, but DICOM results refer to the scan as it was acquired; take scan and segmentation out of the transform first.</source>
        <translation>{0} 处于变换之下，而 DICOM 结果引用的是采集时的扫描；请先将扫描和分割移出该变换。</translation>
    </message>
    <message>
        <source>{0} lacks {1} of the network&apos;s {2} weights (first: {3}), which the bundle tolerates; do not rely on the result.</source>
        <translation>{0} 缺少网络 {2} 个权重中的 {1} 个（第一个：{3}），模型包容许这种情况；请勿信赖其结果。</translation>
    </message>
    <message>
        <source>{0} lacks {1}, by which DICOM results refer to it; export the scan again.</source>
        <translation>{0} 缺少 DICOM 结果引用它所需的 {1}；请重新导出扫描。</translation>
    </message>
    <message>
        <source>{0} leads to an address without encryption; nothing was taken from there.</source>
        <translation>{0} 转到了未加密的地址；未从该处获取任何内容。</translation>
    </message>
    <message>
        <source>{0} lists a file in an unsafe place ({1}); nothing was installed.</source>
        <translation>{0} 列出的文件位于不安全的位置（{1}）；未安装任何内容。</translation>
    </message>
    <message>
        <source>{0} lists a file without its size; try again later.</source>
        <translation>{0} 列出的文件没有大小；请稍后重试。</translation>
    </message>
    <message>
        <source>{0} lists more files than any bundle has.</source>
        <translation>{0} 列出的文件多于任何模型包。</translation>
    </message>
    <message>
        <source>{0} looks like a CT scan, but {1} was made for MR; choose an MR scan.</source>
        <translation>{0} 看起来是 CT 扫描，但 {1} 是为 MR 制作的；请选择 MR 扫描。</translation>
    </message>
    <message>
        <source>{0} makes neither segmentation nor label map; leave that out.</source>
        <translation>{0} 既不生成分割也不生成标签图；请去掉该选项。</translation>
    </message>
    <message>
        <source>{0} makes no segmentation of all frames; choose the frame that is shown.</source>
        <translation>{0} 不会对所有帧进行分割；请选择当前显示的帧。</translation>
    </message>
    <message>
        <source>{0} names a network outside its own folder; put it beside the description.</source>
        <translation>{0} 指定的网络在其自身文件夹之外；请将网络放在描述文件旁。</translation>
    </message>
    <message>
        <source>{0} names no bundle, or one in an unsafe way; make the pack again.</source>
        <translation>{0} 没有指定模型包，或以不安全的方式指定；请重新制作打包文件。</translation>
    </message>
    <message>
        <source>{0} needs one scalar volume, but was given nothing; choose other images.</source>
        <translation>{0} 需要一个标量体数据，但没有得到任何影像；请选择其他影像。</translation>
    </message>
    <message>
        <source>{0} needs one scalar volume, but was given {1}; choose other images.</source>
        <translation>{0} 需要一个标量体数据，但得到的是 {1}；请选择其他影像。</translation>
    </message>
    <message>
        <source>{0} needs prompts ({1}), which MedAI cannot give it yet; use another model.</source>
        <translation>{0} 需要提示（{1}），MedAI 尚不能提供；请使用其他模型。</translation>
    </message>
    <message>
        <source>{0} needs the package onnxruntime, which is not installed; run: pip install onnxruntime</source>
        <translation>{0} 需要软件包 onnxruntime，但它尚未安装；请运行：pip install onnxruntime</translation>
    </message>
    <message>
        <source>{0} needs the package pyyaml; run: pip install pyyaml.</source>
        <translation>{0} 需要软件包 pyyaml；请运行：pip install pyyaml。</translation>
    </message>
    <message>
        <source>{0} needs {1} GB, but only {2} GB are free in {3}; free some space or set MEDAI_HOME to another disk.</source>
        <translation>{0} 需要 {1} GB，但 {3} 中只有 {2} GB 可用；请释放一些空间，或将 MEDAI_HOME 设到其他磁盘。</translation>
    </message>
    <message>
        <source>{0} needs {1} channels ({2}), but was given nothing; choose other images.</source>
        <translation>{0} 需要 {1} 个通道（{2}），但没有得到任何影像；请选择其他影像。</translation>
    </message>
    <message>
        <source>{0} needs {1} channels ({2}), but was given {3}; choose other images.</source>
        <translation>{0} 需要 {1} 个通道（{2}），但得到的是 {3}；请选择其他影像。</translation>
    </message>
    <message>
        <source>{0} of {1} GB are free</source>
        <translation>{1} GB 中有 {0} GB 可用</translation>
    </message>
    <message>
        <source>{0} of {1} cannot be read; get the bundle elsewhere.</source>
        <translation>无法读取 {1} 的 {0}；请从别处获取模型包。</translation>
    </message>
    <message>
        <source>{0} of {1} in {2} is not the file that was packed; make or copy the pack again.</source>
        <translation>{2} 中 {1} 的 {0} 不是当初打包的文件；请重新制作或复制打包文件。</translation>
    </message>
    <message>
        <source>{0} of {1} lies on Google Drive, which gives it to browsers alone: download {2} there, save it as {3}, and run this command again.</source>
        <translation>{1} 的 {0} 位于 Google Drive，只能用浏览器下载：请在浏览器中下载 {2}，保存为 {3}，然后重新运行此命令。</translation>
    </message>
    <message>
        <source>{0} of {1} names a file without an address; get the bundle elsewhere.</source>
        <translation>{1} 的 {0} 列出的文件没有地址；请从别处获取模型包。</translation>
    </message>
    <message>
        <source>{0} on the CPU ({1} threads)</source>
        <translation>{0}，使用 CPU（{1} 个线程）</translation>
    </message>
    <message>
        <source>{0} on {1}</source>
        <translation>{0}，使用 {1}</translation>
    </message>
    <message>
        <source>{0} on {1} is larger than {2} GB, which is no bundle.</source>
        <translation>{1} 上的 {0} 超过 {2} GB，不是模型包。</translation>
    </message>
    <message>
        <source>{0} on {1} lists more than {2} files, which is no bundle.</source>
        <translation>{1} 上的 {0} 列出超过 {2} 个文件，不是模型包。</translation>
    </message>
    <message>
        <source>{0} or its scan is under a non-linear transform; harden it first.</source>
        <translation>{0} 或其扫描处于非线性变换之下；请先固化该变换。</translation>
    </message>
    <message>
        <source>{0} reads its weights from outside its own folder; get the bundle again.</source>
        <translation>{0} 从自身文件夹之外读取权重；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} reads its weights from outside its own folder; get the model again.</source>
        <translation>{0} 从自身文件夹之外读取权重；请重新获取模型。</translation>
    </message>
    <message>
        <source>{0} reads its weights from what Python keeps for itself; get the bundle again.</source>
        <translation>{0} 从 Python 自用的文件中读取权重；请重新获取模型包。</translation>
    </message>
    <message>
        <source>{0} says nothing of its segments; save it again with 3D Slicer, or give a label map.</source>
        <translation>{0} 没有关于其分割段的信息；请用 3D Slicer 重新保存，或提供标签图。</translation>
    </message>
    <message>
        <source>{0} segments slice by slice, which MedAI cannot explain; leave the explanation out.</source>
        <translation>{0} 逐切片进行分割，MedAI 无法解释；请不要选择解释。</translation>
    </message>
    <message>
        <source>{0} segments, and MedAI explains one segment at a time; give the box around it.</source>
        <translation>{0} 是分割模型，而 MedAI 每次只解释一个分割段；请给出包围它的框。</translation>
    </message>
    <message>
        <source>{0} sets {1} of its network, which is not among the settings that MedAI allows.</source>
        <translation>{0} 设置了其网络的 {1}，它不在 MedAI 允许的设置之列。</translation>
    </message>
    <message>
        <source>{0} takes one slice, but the scan has {1} slices; crop it to one of them.</source>
        <translation>{0} 只接受一层，但该扫描有 {1} 层；请将其裁剪为其中一层。</translation>
    </message>
    <message>
        <source>{0} takes one slice, but {1} has {2} slices; crop it to one of them.</source>
        <translation>{0} 只接受一层，但 {1} 有 {2} 层；请将其裁剪为其中一层。</translation>
    </message>
    <message>
        <source>{0} takes {1} channels, not the {2} that its description names.</source>
        <translation>{0} 接受 {1} 个通道，而其描述中写的是 {2} 个。</translation>
    </message>
    <message>
        <source>{0} takes {1}; MedAI runs networks with one input of floating-point numbers.</source>
        <translation>{0} 接受 {1}；MedAI 运行的网络须只有一个浮点数输入。</translation>
    </message>
    <message>
        <source>{0} tells the class of the whole scan; leave labels and box out.</source>
        <translation>{0} 判断整个扫描的类别；请去掉标签和框的选择。</translation>
    </message>
    <message>
        <source>{0} wants the network {1}, which is not among those that MedAI allows.</source>
        <translation>{0} 要使用网络 {1}，它不在 MedAI 允许的网络之列。</translation>
    </message>
    <message>
        <source>{0} wants to read {1} outside its own folder, which MedAI does not allow.</source>
        <translation>{0} 要读取自身文件夹之外的 {1}，MedAI 不允许这样做。</translation>
    </message>
    <message>
        <source>{0} wants {1} for {2}, which is not among those that MedAI allows.</source>
        <translation>{0} 要将 {1} 用作 {2}，它不在 MedAI 允许的范围之内。</translation>
    </message>
    <message>
        <source>{0} was changed since the model was installed.</source>
        <translation>{0} 在模型安装后被更改。</translation>
    </message>
    <message>
        <source>{0} was edited since; nothing was undone.</source>
        <translation>{0} 之后被编辑过；未撤销任何内容。</translation>
    </message>
    <message>
        <source>{0} was made by a newer MedAI; update MedAI here.</source>
        <translation>{0} 由更新版本的 MedAI 制作；请更新此处的 MedAI。</translation>
    </message>
    <message>
        <source>{0} was not there when the model was installed.</source>
        <translation>{0} 在模型安装时不存在。</translation>
    </message>
    <message>
        <source>{0} was removed during the run; the result is at the place where it was.</source>
        <translation>{0} 在运行期间被移除；结果位于它原先的位置。</translation>
    </message>
    <message>
        <source>{0} was removed during the run; the result is in a new segmentation, at the place where it was.</source>
        <translation>{0} 在运行期间被移除；结果已放入新的分割，位于它原先的位置。</translation>
    </message>
    <message>
        <source>{0} was removed during the run; the result is in a new segmentation.</source>
        <translation>{0} 在运行期间被移除；结果已放入新的分割。</translation>
    </message>
    <message>
        <source>{0} was removed from its sequence; choose the sequence again.</source>
        <translation>{0} 已从其序列中移除；请重新选择序列。</translation>
    </message>
    <message>
        <source>{0} was removed meanwhile; nothing was measured.</source>
        <translation>{0} 在此期间被移除；未作任何测量。</translation>
    </message>
    <message>
        <source>{0} was replaced by another image during the run; the result is at the place where it was.</source>
        <translation>{0} 在运行期间被其他影像替换；结果位于它原先的位置。</translation>
    </message>
    <message>
        <source>{0} was replaced by another image during the run; the result is in a new segmentation, at the place where it was.</source>
        <translation>{0} 在运行期间被其他影像替换；结果已放入新的分割，位于它原先的位置。</translation>
    </message>
    <message>
        <source>{0} was replaced or changed while it was loaded; run it again.</source>
        <translation>{0} 在加载期间被替换或更改；请重新运行。</translation>
    </message>
    <message>
        <source>{0} was resampled from {1} to the {2} that {3} was made for, which the bundle itself leaves out.</source>
        <translation>{0} 已从 {1} 重采样为 {3} 所适用的 {2}，模型包自身未启用此步骤。</translation>
    </message>
    <message>
        <source>{0} was trained as {1}, not as {2}; give the folder its original name.</source>
        <translation>{0} 训练时为 {1}，而不是 {2}；请恢复文件夹的原名。</translation>
    </message>
    <message>
        <source>{0} would be overwritten by the result; choose another folder for the results.</source>
        <translation>结果会覆盖 {0}；请为结果选择其他文件夹。</translation>
    </message>
    <message>
        <source>{0} would unpack to {1} GB, far more than any bundle; nothing was unpacked.</source>
        <translation>{0} 解压后将达 {1} GB，远超任何模型包；未解压任何内容。</translation>
    </message>
    <message>
        <source>{0}, the file of certificates to believe, does not exist; correct the setting.</source>
        <translation>受信任证书的文件 {0} 不存在；请更正该设置。</translation>
    </message>
    <message>
        <source>{0}, which is too old</source>
        <translation>{0}，版本过旧</translation>
    </message>
    <message>
        <source>{0}: configuration {1} is not complete.</source>
        <translation>{0}：配置 {1} 不完整。</translation>
    </message>
    <message>
        <source>{0}: {1} is no known entry of the intensity {2}; remove it.</source>
        <translation>{0}：{1} 不是强度 {2} 的已知条目；请移除它。</translation>
    </message>
    <message>
        <source>{0}: {1} is no known entry; remove it or correct its spelling.</source>
        <translation>{0}：{1} 不是已知条目；请移除它或更正其拼写。</translation>
    </message>
    <message>
        <source>{0}: {1} must be {2}, not missing; correct the file.</source>
        <translation>{0}：{1} 必须是 {2}，不能缺少；请更正该文件。</translation>
    </message>
    <message>
        <source>{0}: {1} must be {2}, not {3}; correct the file.</source>
        <translation>{0}：{1} 必须是 {2}，而不是 {3}；请更正该文件。</translation>
    </message>
    <message>
        <source>{0}; PyTorch for CUDA {1} cannot use it</source>
        <translation>{0}；适用于 CUDA {1} 的 PyTorch 无法使用它</translation>
    </message>
    <message>
        <source>{0}; PyTorch for CUDA {1} cannot use it ({2})</source>
        <translation>{0}；适用于 CUDA {1} 的 PyTorch 无法使用它（{2}）</translation>
    </message>
    <message>
        <source>{0}; PyTorch for CUDA {1} uses it</source>
        <translation>{0}；由适用于 CUDA {1} 的 PyTorch 使用</translation>
    </message>
    <message>
        <source>{0}; PyTorch was built without CUDA</source>
        <translation>{0}；PyTorch 未包含 CUDA 支持</translation>
    </message>
</context>
<context>
    <name>runs.background</name>
    <message>
        <source>The run was cancelled; nothing was changed.</source>
        <translation>运行已取消，未作任何更改。</translation>
    </message>
    <message>
        <source>The scene was closed, so the run was stopped.</source>
        <translation>场景已关闭，因此运行已停止。</translation>
    </message>
</context>
<context>
    <name>runs.record</name>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>{names} and {count} more</source>
        <translation>{names} 等，另有 {count} 项</translation>
    </message>
</context>
<context>
    <name>runs.work</name>
    <message>
        <source>It was cancelled; nothing was changed.</source>
        <translation>已取消，未作任何更改。</translation>
    </message>
    <message>
        <source>The scene was closed, so the work was stopped.</source>
        <translation>场景已关闭，因此处理已停止。</translation>
    </message>
</context>
<context>
    <name>sections.advanced</name>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Processor (CPU)</source>
        <translation>处理器 (CPU)</translation>
    </message>
    <message>
        <source>NVIDIA graphics card (CUDA)</source>
        <translation>NVIDIA 显卡 (CUDA)</translation>
    </message>
    <message>
        <source>Apple graphics (MPS)</source>
        <translation>Apple 图形处理器 (MPS)</translation>
    </message>
    <message>
        <source>Exact</source>
        <translation>精确</translation>
    </message>
    <message>
        <source>Fast</source>
        <translation>快速</translation>
    </message>
    <message>
        <source>Not measured</source>
        <translation>不测量</translation>
    </message>
    <message>
        <source>How clear the answer is</source>
        <translation>结果的明确程度</translation>
    </message>
    <message>
        <source>Also with the scan mirrored</source>
        <translation>同时使用镜像扫描</translation>
    </message>
    <message>
        <source>{folder} cannot be written ({reason}); choose another folder.</source>
        <translation>无法写入 {folder}（{reason}）；请选择其他文件夹。</translation>
    </message>
    <message>
        <source>{folder} holds models itself; call it &quot;models&quot; and choose it again.</source>
        <translation>{folder} 本身存有模型；请将其命名为“models”后重新选择。</translation>
    </message>
    <message>
        <source>Models in {folder} were not moved.</source>
        <translation>{folder} 中的模型没有移动。</translation>
    </message>
    <message>
        <source>{folder} cannot be made ({reason}); choose another folder.</source>
        <translation>无法创建 {folder}（{reason}）；请选择其他文件夹。</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>空</translation>
    </message>
    <message>
        <source>{folder} ({size})</source>
        <translation>{folder}（{size}）</translation>
    </message>
    <message>
        <source>Keep models in this folder</source>
        <translation>将模型存放在此文件夹</translation>
    </message>
</context>
<context>
    <name>sections.audits</name>
    <message>
        <source>Refused: {reason}</source>
        <translation>已拒绝：{reason}</translation>
    </message>
    <message>
        <source>Safe: nothing of its own runs</source>
        <translation>安全：不运行任何自带代码</translation>
    </message>
    <message>
        <source>Brings code of its own: asks before the first run</source>
        <translation>自带代码：首次运行前会询问</translation>
    </message>
    <message>
        <source>Brings code of its own, which you trust</source>
        <translation>自带代码，您已信任</translation>
    </message>
</context>
<context>
    <name>sections.cardtext</name>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>built-in</source>
        <translation>内置</translation>
    </message>
    <message>
        <source>installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>available</source>
        <translation>可获取</translation>
    </message>
    <message>
        <source>in a folder</source>
        <translation>位于文件夹中</translation>
    </message>
    <message>
        <source>commercial use allowed</source>
        <translation>允许商业使用</translation>
    </message>
    <message>
        <source>commercial use not allowed</source>
        <translation>不允许商业使用</translation>
    </message>
    <message>
        <source>license unknown</source>
        <translation>许可证未知</translation>
    </message>
    <message>
        <source>commercial use unclear</source>
        <translation>能否商业使用不明确</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>请选择模型</translation>
    </message>
    <message>
        <source>There is no model {name} on this computer; choose another one, or add it</source>
        <translation>本机上没有模型 {name}；请选择其他模型，或添加该模型</translation>
    </message>
    <message>
        <source>Scans: {names}</source>
        <translation>扫描：{names}</translation>
    </message>
    <message>
        <source>Segments: {names}</source>
        <translation>分割段：{names}</translation>
    </message>
    <message>
        <source>License: {name}</source>
        <translation>许可证：{name}</translation>
    </message>
    <message>
        <source>{model} is not on this computer yet; download it</source>
        <translation>{model} 尚未下载到本机；请下载</translation>
    </message>
    <message>
        <source>On disk: {size}</source>
        <translation>占用磁盘：{size}</translation>
    </message>
    <message>
        <source>Size: {size}</source>
        <translation>大小：{size}</translation>
    </message>
    <message>
        <source>Finds: {names}</source>
        <translation>检出：{names}</translation>
    </message>
    <message>
        <source>Points: {names}</source>
        <translation>标志点：{names}</translation>
    </message>
    <message>
        <source>Classes: {names}</source>
        <translation>类别：{names}</translation>
    </message>
    <message>
        <source>Not on this computer yet. {license}</source>
        <translation>尚未下载到本机。{license}</translation>
    </message>
    <message>
        <source>finds boxes</source>
        <translation>给出检测框</translation>
    </message>
    <message>
        <source>finds points</source>
        <translation>给出标志点</translation>
    </message>
    <message>
        <source>tells classes apart</source>
        <translation>区分类别</translation>
    </message>
    <message>
        <source>1 segment</source>
        <translation>1 个分割段</translation>
    </message>
    <message>
        <source>{count} segments</source>
        <translation>{count} 个分割段</translation>
    </message>
</context>
<context>
    <name>sections.channels</name>
    <message>
        <source>(choose a scan)</source>
        <translation>（选择扫描）</translation>
    </message>
    <message>
        <source>The scan that the model takes as {channel}</source>
        <translation>模型作为 {channel} 使用的扫描</translation>
    </message>
    <message>
        <source>{channel}:</source>
        <translation>{channel}：</translation>
    </message>
</context>
<context>
    <name>sections.checkup</name>
    <message>
        <source>press Apply, which installs {package}</source>
        <translation>请点击“应用”以安装 {package}</translation>
    </message>
    <message>
        <source>The check ended unexpectedly ({problem}).</source>
        <translation>检查意外中止（{problem}）。</translation>
    </message>
    <message>
        <source>ok</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>缺失</translation>
    </message>
    <message>
        <source>to do</source>
        <translation>待处理</translation>
    </message>
    <message>
        <source>{state} - {name}: {found}</source>
        <translation>{state} - {name}：{found}</translation>
    </message>
    <message>
        <source>{state} - {name}: {found}; {advice}</source>
        <translation>{state} - {name}：{found}；{advice}</translation>
    </message>
</context>
<context>
    <name>sections.chips</name>
    <message>
        <source>Show only models for {modality}</source>
        <translation>只显示用于 {modality} 的模型</translation>
    </message>
    <message>
        <source>PET</source>
        <translation>PET</translation>
    </message>
    <message>
        <source>Ultrasound</source>
        <translation>超声</translation>
    </message>
    <message>
        <source>X-ray</source>
        <translation>X 线</translation>
    </message>
    <message>
        <source>Mammography</source>
        <translation>乳腺 X 线摄影</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>Microscopy</source>
        <translation>显微镜</translation>
    </message>
    <message>
        <source>Endoscopy</source>
        <translation>内窥镜</translation>
    </message>
</context>
<context>
    <name>sections.download</name>
    <message>
        <source>Cancelling...</source>
        <translation>正在取消...</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Stop fetching {model}</source>
        <translation>停止下载 {model}</translation>
    </message>
    <message>
        <source>Download ({size})</source>
        <translation>下载（{size}）</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Work offline is checked under Advanced</source>
        <translation>“高级”中已勾选“离线工作”</translation>
    </message>
    <message>
        <source>MedAI&apos;s own settings, or MEDAI_OFFLINE, allow no network connection</source>
        <translation>MedAI 自身的设置或 MEDAI_OFFLINE 不允许网络连接</translation>
    </message>
    <message>
        <source>{model} may not be used commercially (license: {license}). Download it for other use?</source>
        <translation>{model} 不允许商业使用（许可证：{license}）。要下载用于其他用途吗？</translation>
    </message>
</context>
<context>
    <name>sections.estimate</name>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>graphics card</source>
        <translation>显卡</translation>
    </message>
    <message>
        <source>Apple graphics</source>
        <translation>Apple 图形处理器</translation>
    </message>
    <message>
        <source>About {time} and {memory} of memory on this computer ({device})</source>
        <translation>在本机上（{device}）约需 {time} 和 {memory} 内存</translation>
    </message>
</context>
<context>
    <name>sections.findings</name>
    <message>
        <source>The findings were changed since the run. Undo it, and lose these changes?</source>
        <translation>运行之后检出结果已被修改。要撤销并丢弃这些修改吗？</translation>
    </message>
    <message>
        <source>No box was found.</source>
        <translation>没有检出任何检测框。</translation>
    </message>
    <message>
        <source>{shown} of {count} boxes with a score of at least {score}</source>
        <translation>{count} 个检测框中有 {shown} 个的分数不低于 {score}</translation>
    </message>
    <message>
        <source>Points: {count}</source>
        <translation>标志点：{count} 个</translation>
    </message>
    <message>
        <source>Class: {name}</source>
        <translation>类别：{name}</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Boxes: {count}</source>
        <translation>检测框：{count} 个</translation>
    </message>
</context>
<context>
    <name>sections.findingstable</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Position R, A, S (mm)</source>
        <translation>位置 R, A, S (mm)</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Probability</source>
        <translation>概率</translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation>选定</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>分数</translation>
    </message>
    <message>
        <source>Center R, A, S (mm)</source>
        <translation>中心 R, A, S (mm)</translation>
    </message>
    <message>
        <source>Size (mm)</source>
        <translation>大小 (mm)</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>审阅</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
</context>
<context>
    <name>sections.handover</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Write a DICOM segmentation and a structured report into a folder</source>
        <translation>将 DICOM 分割和结构化报告导出到文件夹</translation>
    </message>
    <message>
        <source>Only for scans that were loaded from Slicer&apos;s DICOM database</source>
        <translation>仅适用于从 Slicer 的 DICOM 数据库加载的扫描</translation>
    </message>
    <message>
        <source>Measuring...</source>
        <translation>正在测量...</translation>
    </message>
    <message>
        <source>Writing...</source>
        <translation>正在写入...</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>Written into {folder}: {names}</source>
        <translation>已写入 {folder}：{names}</translation>
    </message>
    <message>
        <source>Write the result into this folder</source>
        <translation>将结果写入此文件夹</translation>
    </message>
</context>
<context>
    <name>sections.inputs</name>
    <message>
        <source>Choose a scan for {channel}</source>
        <translation>请为 {channel} 选择扫描</translation>
    </message>
    <message>
        <source>Choose a scan</source>
        <translation>请选择扫描</translation>
    </message>
    <message>
        <source>{one} and {other} are the same scan</source>
        <translation>{one} 和 {other} 是同一个扫描</translation>
    </message>
    <message>
        <source>The scan that the model takes as {channel}; its voxels are those of the result</source>
        <translation>模型作为 {channel} 使用的扫描；结果采用其体素</translation>
    </message>
    <message>
        <source>All {count}</source>
        <translation>全部 {count} 帧</translation>
    </message>
    <message>
        <source>{one} and {other} have different DICOM frames of reference; check in the views that they fit each other.</source>
        <translation>{one} 和 {other} 的 DICOM 参考坐标系不同；请在视图中检查二者是否对齐。</translation>
    </message>
</context>
<context>
    <name>sections.lesionstable</name>
    <message>
        <source>No.</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Lesion</source>
        <translation>病灶</translation>
    </message>
    <message>
        <source>ml</source>
        <translation>体积 (ml)</translation>
    </message>
    <message>
        <source>Diameters (mm)</source>
        <translation>径线 (mm)</translation>
    </message>
    <message>
        <source>Flag</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>审阅</translation>
    </message>
    <message>
        <source>No lesion was found.</source>
        <translation>没有检出病灶。</translation>
    </message>
    <message>
        <source>{shown} of {count} lesions shown, largest {volume} ml</source>
        <translation>显示 {count} 个病灶中的 {shown} 个，最大 {volume} ml</translation>
    </message>
    <message>
        <source>1 lesion, {volume} ml</source>
        <translation>1 个病灶，{volume} ml</translation>
    </message>
    <message>
        <source>{count} lesions, largest {volume} ml</source>
        <translation>{count} 个病灶，最大 {volume} ml</translation>
    </message>
    <message>
        <source>Longest in space: {length} mm</source>
        <translation>三维最大径：{length} mm</translation>
    </message>
    <message>
        <source>Mean {mean}, SD {sd}</source>
        <translation>均值 {mean}，标准差 {sd}</translation>
    </message>
    <message>
        <source>{distance} mm from {name}</source>
        <translation>距 {name} {distance} mm</translation>
    </message>
    <message>
        <source>Score: {score}</source>
        <translation>分数：{score}</translation>
    </message>
    <message>
        <source>Confidence: {percent} %</source>
        <translation>置信度：{percent} %</translation>
    </message>
</context>
<context>
    <name>sections.log</name>
    <message>
        <source>(name)</source>
        <translation>（名称）</translation>
    </message>
</context>
<context>
    <name>sections.models</name>
    <message>
        <source>Check this: {hint}</source>
        <translation>请注意：{hint}</translation>
    </message>
    <message>
        <source>No model fits; search for something else</source>
        <translation>没有符合的模型；请换用其他搜索词</translation>
    </message>
</context>
<context>
    <name>sections.modelstore</name>
    <message>
        <source>From a &amp;file...</source>
        <translation>从文件(&amp;F)...</translation>
    </message>
    <message>
        <source>From a f&amp;older...</source>
        <translation>从文件夹(&amp;O)...</translation>
    </message>
    <message>
        <source>Working...</source>
        <translation>正在处理...</translation>
    </message>
    <message>
        <source>Add...</source>
        <translation>添加...</translation>
    </message>
    <message>
        <source>A run needs this model; wait until it has ended</source>
        <translation>有运行正在使用此模型；请等它结束</translation>
    </message>
    <message>
        <source>A model {name} is installed already. Replace it?</source>
        <translation>模型 {name} 已安装。要替换吗？</translation>
    </message>
    <message>
        <source>Delete {model} from this computer? This frees {size} of disk space.</source>
        <translation>要从本机删除 {model} 吗？这将释放 {size} 磁盘空间。</translation>
    </message>
    <message>
        <source>Add a model</source>
        <translation>添加模型</translation>
    </message>
    <message>
        <source>MONAI bundles (*.zip)</source>
        <translation>MONAI 模型包 (*.zip)</translation>
    </message>
</context>
<context>
    <name>sections.outcome</name>
    <message>
        <source>{found}, in {name}, {time}</source>
        <translation>{found}，位于 {name}，用时 {time}</translation>
    </message>
    <message>
        <source>{lesions}; {segments}</source>
        <translation>{lesions}；{segments}</translation>
    </message>
    <message>
        <source>1 segment in {name}, {time}</source>
        <translation>{name} 中有 1 个分段，用时 {time}</translation>
    </message>
    <message>
        <source>{count} segments in {name}, {time}</source>
        <translation>{name} 中有 {count} 个分段，用时 {time}</translation>
    </message>
</context>
<context>
    <name>sections.outputs</name>
    <message>
        <source>Choose at least one segment</source>
        <translation>请至少选择一个分割段</translation>
    </message>
    <message>
        <source>Boxes with scores, in a new folder beside the scan, and a table of them</source>
        <translation>带分数的检测框（放在扫描旁的新文件夹中）及其表格</translation>
    </message>
    <message>
        <source>A new list of points beside the scan</source>
        <translation>扫描旁的新标志点列表</translation>
    </message>
    <message>
        <source>A new table of classes and their probabilities beside the scan</source>
        <translation>扫描旁的新表格，列出类别及其概率</translation>
    </message>
    <message>
        <source>{name} was made on {other}; the new segments are of {scan}.</source>
        <translation>{name} 是在 {other} 上生成的；新的分段属于 {scan}。</translation>
    </message>
    <message>
        <source>{name} holds segments of {model}. They and all changes made to them will be replaced; others are kept.</source>
        <translation>{name} 中已有 {model} 的分割段。它们连同所做的修改都将被替换；其他分割段会保留。</translation>
    </message>
    <message>
        <source>These segments of {name} and all changes made to them will be replaced: {segments}. Others are kept.</source>
        <translation>{name} 的以下分段及其所有修改将被替换：{segments}。其他分段保留。</translation>
    </message>
</context>
<context>
    <name>sections.overlay</name>
    <message>
        <source>Show where the model is &amp;unsure</source>
        <translation>显示模型不确定之处(&amp;U)</translation>
    </message>
    <message>
        <source>Show what the answer &amp;rests on</source>
        <translation>显示结果的依据(&amp;R)</translation>
    </message>
</context>
<context>
    <name>sections.progress</name>
    <message>
        <source>{stage}, {seconds} s left</source>
        <translation>{stage}，剩余 {seconds} 秒</translation>
    </message>
    <message>
        <source>{stage}, {minutes} min left</source>
        <translation>{stage}，剩余 {minutes} 分钟</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>{stage}, frame {number} of {count}</source>
        <translation>{stage}，第 {number} 帧，共 {count} 帧</translation>
    </message>
    <message>
        <source>{stage}, almost done</source>
        <translation>{stage}，即将完成</translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation>正在准备</translation>
    </message>
    <message>
        <source>Segmenting</source>
        <translation>正在分割</translation>
    </message>
    <message>
        <source>Bringing the segments onto the scan</source>
        <translation>正在将分割段还原到扫描上</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>正在测量</translation>
    </message>
    <message>
        <source>Taking the result over</source>
        <translation>正在接收结果</translation>
    </message>
</context>
<context>
    <name>sections.results</name>
    <message>
        <source>No segments yet; choose a scan and a model and press Apply.</source>
        <translation>还没有分割段；请选择扫描和模型，然后点击“应用”。</translation>
    </message>
    <message>
        <source>Only inside the box: volumes are of the parts inside.</source>
        <translation>仅限框内：体积为框内部分的体积。</translation>
    </message>
    <message>
        <source>Not in the box: {names}</source>
        <translation>框内没有：{names}</translation>
    </message>
    <message>
        <source>Not found: {names}</source>
        <translation>未找到：{names}</translation>
    </message>
    <message>
        <source>Making surfaces for the 3D views...</source>
        <translation>正在为三维视图生成表面...</translation>
    </message>
    <message>
        <source>The segments were changed since the run. Undo it, and lose these changes?</source>
        <translation>运行之后分割段已被修改。要撤销并丢弃这些修改吗？</translation>
    </message>
</context>
<context>
    <name>sections.reviewing</name>
    <message>
        <source>accepted</source>
        <translation>已接受</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>已排除</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>已修改</translation>
    </message>
</context>
<context>
    <name>sections.segmentstable</name>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Segment</source>
        <translation>分割段</translation>
    </message>
    <message>
        <source>Volume (ml)</source>
        <translation>体积 (ml)</translation>
    </message>
    <message>
        <source>Show {name}</source>
        <translation>显示 {name}</translation>
    </message>
</context>
<context>
    <name>sections.trustedmodels</name>
    <message>
        <source>{model}, trusted on {date}, SHA-256 {hash}...</source>
        <translation>{model}，于 {date} 信任，SHA-256 {hash}...</translation>
    </message>
</context>
<context>
    <name>sections.trustquestion</name>
    <message>
        <source>Code of the model</source>
        <translation>模型的代码</translation>
    </message>
    <message>
        <source>Files of the model that would run</source>
        <translation>将要运行的模型文件</translation>
    </message>
    <message>
        <source>Show the files</source>
        <translation>显示文件</translation>
    </message>
    <message>
        <source>Trust and run</source>
        <translation>信任并运行</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>{model} brings code of its own: this file would run on your computer.</source>
        <translation>{model} 自带代码：此文件将在您的计算机上运行。</translation>
    </message>
    <message>
        <source>{model} brings code of its own: these {count} files would run on your computer.</source>
        <translation>{model} 自带代码：这 {count} 个文件将在您的计算机上运行。</translation>
    </message>
    <message>
        <source>Trusting means that this code can read, change and delete whatever you can, so trust it only if you know who made it or have looked at the files. You are asked once; if anything in the model changes, you are asked again.</source>
        <translation>信任意味着此代码可以读取、更改和删除您能访问的一切，因此仅当您知道其作者或已查看过这些文件时才信任它。只会询问一次；如果模型中有任何更改，会再次询问您。</translation>
    </message>
    <message>
        <source>{path} ({size})
    SHA-256 {hash}</source>
        <translation>{path}（{size}）
    SHA-256 {hash}</translation>
    </message>
    <message>
        <source>The model as a whole
    SHA-256 {hash}</source>
        <translation>整个模型
    SHA-256 {hash}</translation>
    </message>
</context>
</TS>
